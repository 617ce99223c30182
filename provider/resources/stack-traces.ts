type Format = NonNullable<typeof Error.prepareStackTrace>;
type Frame = Parameters<Format>[1][number];

/** Marks the formatter. Also known to another copy of this package. */
const mark = Symbol.for("pulumi-stripe-entitlements.formatter");

/** The frames of `callsites`, `stackTrace` and three constructors, which the SDK skips. */
const skippedFrames = 5;

/**
 * Saves the time in which the SDK formats about fifty stack traces for each resource: nearly half
 * of the time of a program. For the rest of the process, it replaces the formatter in place, such
 * as that of `source-map-support`, by one that treats two stack traces of the SDK differently and
 * all others as before:
 *
 * - `debuggablePromise` in `@pulumi/pulumi/runtime/debuggable.js` reads `new Error().stack` for
 *   each promise of each property. It gets an empty text.
 * - `Resource.callsites` in `@pulumi/pulumi/resource.js` reads the source positions that the state
 *   holds. Each stack is translated once instead of once for each resource, and the frames that
 *   start the program are left out.
 *
 * `Error.stackTraceLimit` stays as it is: while a resource is constructed, the SDK creates an error
 * that it throws when the engine rejects the registration. Does nothing when
 * `PULUMI_DEBUG_PROMISE_LEAKS` is set, because the SDK then prints the stack traces of promises.
 */
export function skipPromiseTraces(): void {
  const format = Error.prepareStackTrace;
  if (format === undefined || mark in format || process.env["PULUMI_DEBUG_PROMISE_LEAKS"]) return;
  Error.prepareStackTrace = Object.assign(formatterOver(format), { [mark]: true });
}

function formatterOver(format: Format): Format {
  const positions = new Map<string, string>();
  return (error, frames) => {
    const [top] = frames;
    // The SDK creates both errors as `new Error()`.
    if (top === undefined || error.message !== "" || error.name !== "Error") return format(error, frames);
    if (isIn(top, "debuggablePromise", "runtime/debuggable.js")) return "";
    if (!isIn(top, "callsites", "resource.js")) return format(error, frames);
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

/** Whether the frame is in this function of the SDK. */
function isIn(frame: Frame, name: string, file: string): boolean {
  if (frame.getFunctionName() !== name) return false;
  return frame.getFileName()?.replaceAll("\\", "/").endsWith(`/@pulumi/pulumi/${file}`) ?? false;
}
