import { setImmediate, setTimeout as sleep } from "node:timers/promises";
import type { AccountAndMode } from "./account";

/**
 * Milliseconds without a new resource after which the program counts as quiet. A program registers
 * its resources within a few milliseconds of each other, in an order of its own.
 */
const quietPeriod = 200;
/**
 * Milliseconds. A program that keeps declaring resources does not delay its first create for
 * longer.
 */
const maxWait = 1_000;

/** Where an object of the stack is, as its state records it. */
export interface KnownAccount extends AccountAndMode {
  /**
   * The feature, or the attached one, `feat_…`. An imported attachment does not know it before a
   * refresh.
   */
  readonly feature: string | undefined;
}

/**
 * The accounts of the stack's objects that this run has seen. A new object must be created where
 * the others are.
 */
export class KnownAccounts {
  readonly #known: KnownAccount[] = [];
  #lastActivity = performance.now();
  #wait: Promise<void> | undefined;

  /**
   * @param quiet milliseconds without a new resource after which {@link waitForFirst} stops waiting
   */
  constructor(private readonly quiet = quietPeriod) {}

  /** Records that the engine has sent a resource. */
  noteActivity(): void {
    this.#lastActivity = performance.now();
  }

  /** Records where an object of the stack is. */
  record(account: KnownAccount): void {
    this.noteActivity();
    // Each create is compared with all of them, so duplicates are not kept.
    if (!this.#known.some((known) => covers(known, account))) this.#known.push(account);
  }

  /** Each account and mode that was recorded, once. */
  get all(): readonly KnownAccount[] {
    return this.#known;
  }

  /**
   * Resolves once an account is known, so that a key of another account can be detected, or the
   * program is quiet: after 200 ms without a new resource, 1 s at most. A new resource may reach
   * the provider before those in the state.
   */
  waitForFirst(): Promise<void> {
    this.#wait ??= this.#waitUntilQuiet();
    return this.#wait;
  }

  async #waitUntilQuiet(): Promise<void> {
    // Until now the process may have been busy with loading modules, without handling what the
    // engine sent.
    this.noteActivity();
    const deadline = performance.now() + maxWait;
    const silence = () => performance.now() - this.#lastActivity;
    while (this.#known.length === 0 && silence() < this.quiet && performance.now() < deadline) {
      await sleep(Math.max(1, this.quiet - silence()));
      // On a busy machine the timer may fire before resources that the engine sent earlier are
      // handled.
      await setImmediate();
    }
  }
}

function covers(known: KnownAccount, { account, livemode, feature }: KnownAccount): boolean {
  return (
    known.account === account && known.livemode === livemode && (known.feature !== undefined || feature === undefined)
  );
}
