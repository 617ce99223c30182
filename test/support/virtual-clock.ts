import { mock } from "node:test";

/**
 * Time that passes only when a test says so: what takes seconds is watched in milliseconds, to the millisecond. Moves the timers and
 * `performance.now`, which know nothing of each other. `using` gives the real time back.
 */
export class VirtualClock implements Disposable {
  now = 0;

  constructor() {
    mock.timers.enable({ apis: ["setTimeout"] });
    mock.method(performance, "now", () => this.now);
  }

  /** Lets so many milliseconds pass, one by one, and whatever waits for them happen. */
  async pass(milliseconds: number): Promise<void> {
    await settle();
    for (let n = 0; n < milliseconds; n += 1) {
      this.now += 1;
      mock.timers.tick(1);
      await settle();
    }
  }

  [Symbol.dispose](): void {
    mock.timers.reset();
    mock.restoreAll();
  }
}

/** Until every promise that could go on has gone on. */
const settle = () => new Promise((resolve) => setImmediate(resolve));
