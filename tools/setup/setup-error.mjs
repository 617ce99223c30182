/** A failed step of the setup: what failed, the end of its output, and what to do about it. */
export class SetupError extends Error {
  name = "SetupError";

  /**
   * @param {string} message
   * @param {{ hint?: string, output?: readonly string[] }} [details] `output`: lines that the
   * failed command printed
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

/** A signal stopped the setup. It needs no message; the exit code reports the signal. */
export class InterruptedError extends Error {
  name = "InterruptedError";

  /** @param {NodeJS.Signals} signal */
  constructor(signal) {
    super(`Stopped by ${signal}`);
    this.signal = signal;
  }
}
