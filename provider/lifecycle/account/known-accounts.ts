import type { ProgramActivity } from "../run/program-activity";
import type { AccountAndMode } from "./account";

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
  #wait: Promise<void> | undefined;

  constructor(private readonly activity: ProgramActivity) {}

  /** Records where an object of the stack is. */
  record(account: KnownAccount): void {
    this.activity.note();
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

  #waitUntilQuiet(): Promise<void> {
    // Until now the process may have been busy with loading modules, without handling what the
    // engine sent.
    this.activity.note();
    return this.activity.waitUntilQuiet(() => this.#known.length > 0);
  }
}

function covers(known: KnownAccount, { account, livemode, feature }: KnownAccount): boolean {
  return (
    known.account === account && known.livemode === livemode && (known.feature !== undefined || feature === undefined)
  );
}
