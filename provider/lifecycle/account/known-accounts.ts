import type { ProgramActivity } from "../run/program-activity";
import { type AccountAndMode, modeOf, type ResourcesSeen } from "./account";

/** How many resources of one account or mode a message names. */
const namedResources = 3;

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
export class KnownAccounts implements ResourcesSeen {
  readonly #known: KnownAccount[] = [];
  readonly #resources = new Map<string, Set<string>>();
  /** The account that the API key leads to, once it is known. */
  ofKey: string | undefined;
  #wait: Promise<void> | undefined;

  constructor(private readonly activity: ProgramActivity) {}

  /** Records where an object of the stack is. `subject` names its resource. */
  record(subject: string, account: KnownAccount): void {
    this.activity.note();
    this.recordResource(subject, account);
    if (account.account === undefined && account.livemode === undefined && account.feature === undefined) return;
    // Each create is compared with all of them, so duplicates are not kept.
    if (!this.#known.some((known) => covers(known, account))) this.#known.push(account);
  }

  /** Records which resource is in an account and mode, for {@link findResourcesIn} only. */
  recordResource(subject: string, { account, livemode }: AccountAndMode): void {
    for (const place of [account, livemode === undefined ? undefined : modeOf(livemode)]) {
      if (place === undefined) continue;
      const resources = this.#resources.get(place) ?? new Set();
      this.#resources.set(place, resources.add(subject));
    }
  }

  findResourcesIn(accountOrMode: string): string | undefined {
    const resources = this.#resources.get(accountOrMode);
    if (resources === undefined) return undefined;
    const shown = [...resources].slice(0, namedResources);
    const rest = resources.size - shown.length;
    return shown.join(", ") + (rest === 0 ? "" : ` and ${rest} more`);
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
