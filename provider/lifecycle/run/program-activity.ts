import { setImmediate, setTimeout as sleep } from "node:timers/promises";

/**
 * Milliseconds without a new resource after which the program counts as quiet. A program registers
 * its resources within a few milliseconds of each other, in an order of its own.
 */
const quietPeriod = 200;
/** Milliseconds. A program that keeps declaring resources does not delay a request for longer. */
const maxWait = 1_000;

/** Tells when the engine has sent the resources that a program declares at the same time. */
export class ProgramActivity {
  #last = performance.now();

  /** @param quiet milliseconds without a new resource after which the program counts as quiet */
  constructor(private readonly quiet = quietPeriod) {}

  /** Records that the engine has sent a resource. */
  note(): void {
    this.#last = performance.now();
  }

  /**
   * Resolves once the program is quiet, after 200 ms without a new resource, or `isEnough` returns
   * true. Waits 1 s at most.
   */
  async waitUntilQuiet(isEnough = () => false): Promise<void> {
    const deadline = performance.now() + maxWait;
    const silence = () => performance.now() - this.#last;
    while (!isEnough() && silence() < this.quiet && performance.now() < deadline) {
      await sleep(Math.max(1, this.quiet - silence()));
      // On a busy machine the timer may fire before resources that the engine sent earlier are
      // handled.
      await setImmediate();
    }
  }
}
