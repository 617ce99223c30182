import * as debuggable from "@pulumi/pulumi/runtime/debuggable";

type Format = NonNullable<typeof Error.prepareStackTrace>;
type Frame = Parameters<Format>[1][number];

/** Marks what this file replaces. Also known to another copy of this package. */
const mark = Symbol.for("pulumi-stripe-entitlements.stack-traces");

/** The exports of the SDK's `runtime/debuggable.js`, which its types do not declare. */
const sdk = debuggable as { debuggablePromise?: (promise: unknown, context?: string) => unknown };

/** The frames of `callsites`, `stackTrace` and three constructors, which the SDK skips. */
const skippedFrames = 5;

/**
 * Saves the time in which the SDK collects and formats about fifty stack traces for each resource:
 * half of the time of a program. For the rest of the process, it replaces two functions:
 *
 * - `debuggablePromise` in `@pulumi/pulumi/runtime/debuggable.js` reads `new Error().stack` for
 *   each promise of each property. `Error.stackTraceLimit` is 0 while it runs, so the stack trace
 *   is empty. It calls no code of the program.
 * - `Resource.callsites` in `@pulumi/pulumi/resource.js` reads the source positions that the state
 *   holds. The formatter, such as that of `source-map-support`, translates each stack once instead
 *   of once for each resource, and leaves out the frames that start the program.
 *
 * All other stack traces stay as they are. Does nothing when `PULUMI_DEBUG_PROMISE_LEAKS` is set,
 * because the SDK then prints the stack traces of promises.
 */
export function skipPromiseTraces(): void {
  if (process.env["PULUMI_DEBUG_PROMISE_LEAKS"]) return;
  const { debuggablePromise } = sdk;
  if (debuggablePromise !== undefined && !(mark in debuggablePromise)) {
    // The exports of a bundle can be read-only. They then stay as they are.
    Reflect.set(sdk, "debuggablePromise", Object.assign(withoutFrames(debuggablePromise), { [mark]: true }));
  }
  const format = Error.prepareStackTrace;
  if (format !== undefined && !(mark in format)) {
    Error.prepareStackTrace = Object.assign(formatterOver(format), { [mark]: true });
  }
}

function withoutFrames(debuggablePromise: NonNullable<typeof sdk.debuggablePromise>): typeof debuggablePromise {
  return (promise, context) => {
    // The SDK throws an error about anything else. Its stack trace stays complete.
    if (!(promise instanceof Promise)) return debuggablePromise(promise, context);
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    try {
      return debuggablePromise(promise, context);
    } finally {
      Error.stackTraceLimit = stackTraceLimit;
    }
  };
}

function formatterOver(format: Format): Format {
  const positions = new Map<string, string>();
  return (error, frames) => {
    const [top] = frames;
    // The SDK creates the error as `new Error()`.
    if (top === undefined || error.message !== "" || error.name !== "Error") return format(error, frames);
    if (!isCallsites(top)) return format(error, frames);
    const count = countFramesOfProgram(frames);
    const key = frames.slice(0, count).map(placeOf).join();
    const text = positions.get(key) ?? linesOf(format, error, frames, count);
    positions.set(key, text);
    return text;
  };
}

/**
 * Returns the number of frames down to the outermost of the program. Those that start a program
 * would take about 300 bytes of the state for every resource.
 */
function countFramesOfProgram(frames: readonly Frame[]): number {
  const outermost = frames.findLastIndex((frame) => {
    const path = frame.getFileName() ?? "node:";
    return !path.startsWith("node:") && !/[\\/](node_modules[\\/]|\.pnp\.[^\\/]+$)/.test(path);
  });
  // A program that is itself installed as a package keeps all.
  return outermost < skippedFrames ? frames.length : outermost + 1;
}

function placeOf(frame: Frame): string {
  return `${frame.getFileName()}:${frame.getLineNumber()}:${frame.getColumnNumber()}`;
}

/** Returns the text of the first `count` frames. The name of a frame depends on the next one. */
function linesOf(format: Format, error: Error, frames: Frame[], count: number): string {
  const text = String(format(error, frames.slice(0, count + 1)));
  const lines = text.split("\n");
  return lines.slice(0, count + 1).join("\n");
}

/** Whether the frame is in `Resource.callsites` of the SDK. */
function isCallsites(frame: Frame): boolean {
  if (frame.getFunctionName() !== "callsites") return false;
  return /[\\/]@pulumi[\\/]pulumi[\\/]resource\.js$/.test(frame.getFileName() ?? "");
}
