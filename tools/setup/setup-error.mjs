/** A step of the set-up that cannot be done: what failed, the output it left, and what to do about it. */
export class SetupError extends Error {
  name = "SetupError";

  /**
   * @param {string} message
   * @param {{ hint?: string, output?: readonly string[] }} [details] `output`: the last lines of the failed command
   */
  constructor(message, { hint, output = [] } = {}) {
    super(message);
    this.hint = hint;
    this.output = output;
  }

  toString() {
    const output = this.output.map((line) => `    ${line}`);
    return [this.message, ...output, ...(this.hint ? [this.hint] : [])].join("\n");
  }
}

/** The set-up was stopped by a signal: nothing to explain, but the exit code has to say so. */
export class Interrupted extends Error {
  name = "Interrupted";

  /** @param {NodeJS.Signals} signal */
  constructor(signal) {
    super(`Stopped by ${signal}`);
    this.signal = signal;
  }
}
