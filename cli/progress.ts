import type { Output } from "./io";

/** Milliseconds. */
export interface ProgressTimes {
  /** Before the first line. */
  readonly first: number;
  /** Between two updates of the line on a terminal. */
  readonly onTerminal: number;
  /** Between two lines elsewhere, such as in the log of a CI system. */
  readonly elsewhere: number;
}

const defaultTimes: ProgressTimes = { first: 1_000, onTerminal: 100, elsewhere: 5_000 };

const clearLine = "\r\u001b[K";

/**
 * Shows how far a command is, if it takes more than a second: one line that changes on a terminal,
 * a line every 5 seconds elsewhere. `using` ends it.
 */
export class Progress implements Disposable {
  #text = "";
  #shown = "";
  #timer: NodeJS.Timeout;

  constructor(
    private readonly output: Output,
    times: ProgressTimes = defaultTimes,
  ) {
    const interval = output.isTTY === true ? times.onTerminal : times.elsewhere;
    this.#timer = setTimeout(() => {
      this.#show();
      this.#timer = setInterval(() => this.#show(), interval).unref();
    }, times.first).unref();
  }

  /** Sets the text, one short line. */
  update(text: string): void {
    this.#text = text;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    if (this.output.isTTY === true && this.#shown !== "") this.output.write(clearLine);
  }

  #show(): void {
    if (this.#text === this.#shown) return;
    this.#shown = this.#text;
    this.output.write(this.output.isTTY === true ? `${clearLine}${this.#text}` : `${this.#text}\n`);
  }
}
