type Format = NonNullable<typeof Error.prepareStackTrace>;
type Frame = Parameters<Format>[1][number];

const installed = new WeakSet<Format>();

/**
 * Saves the time in which the SDK formats about fifty stack traces for each resource: nearly half
 * of the time of a program. Replaces the formatter of `source-map-support`, which the SDK installs
 * itself, by one that treats two stack traces of the SDK differently and all others as before:
 *
 * - `debuggablePromise` in `@pulumi/pulumi/runtime/debuggable.js` reads `new Error().stack` for
 *   each promise of each property. It gets an empty text.
 * - `Resource.callsites` in `@pulumi/pulumi/resource.js` reads the source positions that the state
 *   holds. Each frame is translated once instead of once for each resource, and the frames that
 *   start the program are left out.
 *
 * `Error.stackTraceLimit` stays as it is: the SDK creates an error in its constructor and throws it
 * when the engine rejects the registration. Does nothing when `PULUMI_DEBUG_PROMISE_LEAKS` is set,
 * because the SDK then prints the stack traces of promises.
 */
export function skipPromiseTraces(): void {
  const format = Error.prepareStackTrace;
  if (format === undefined || installed.has(format) || process.env["PULUMI_DEBUG_PROMISE_LEAKS"]) return;
  const formatter = formatterOver(format);
  installed.add(formatter);
  Error.prepareStackTrace = formatter;
}

function formatterOver(format: Format): Format {
  const formatFrame = frameFormatter(format);
  return (error, frames) => {
    const [top] = frames;
    if (top !== undefined && isIn(top, "debuggablePromise", "runtime/debuggable.js")) return "";
    if (top !== undefined && isIn(top, "callsites", "resource.js")) {
      return `Error${framesOfProgram(frames).map(formatFrame).join("")}`;
    }
    return format(error, frames);
  };
}

/**
 * Returns the frames down to the outermost of the program. Those that start a program would take
 * about 300 bytes of the state for every resource.
 */
function framesOfProgram(frames: readonly Frame[]): readonly Frame[] {
  const outermost = frames.findLastIndex((frame) => {
    const path = frame.getFileName() ?? "node:";
    return !path.startsWith("node:") && !/[\\/]node_modules[\\/]/.test(path);
  });
  // A program that is itself installed as a package keeps all.
  return outermost === -1 ? frames : frames.slice(0, outermost + 1);
}

/** Returns a function that formats a frame, and remembers the text of each position. */
function frameFormatter(format: Format): (frame: Frame) => string {
  const formatted = new Map<string, string>();
  return (frame) => {
    const position = `${frame.getFileName()}:${frame.getLineNumber()}:${frame.getColumnNumber()}`;
    const known = formatted.get(position);
    if (known !== undefined) return known;
    const text = String(format(new Error(), [frame])).replace(/^[^\n]*/, "");
    formatted.set(position, text);
    return text;
  };
}

/** Whether the frame is in this function of the SDK. */
function isIn(frame: Frame, name: string, file: string): boolean {
  if (frame.getFunctionName() !== name) return false;
  return frame.getFileName()?.replaceAll("\\", "/").endsWith(`/@pulumi/pulumi/${file}`) ?? false;
}
