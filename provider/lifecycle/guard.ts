import type { Entitlements } from "../stripe/entitlements";
import { isStripeError } from "../stripe/errors";
import { EntitlementsError } from "./errors";

/** What the state remembers of where an object lives. */
export interface Home {
  readonly account?: string;
  readonly livemode?: boolean;
}

export interface GuardOptions {
  /** The mode of the API key, where its prefix tells. */
  readonly keyMode: Mode | undefined;
  /** The only account, `acct_…`, that may be written to. */
  readonly expectedAccount?: string | undefined;
  /** The only mode that may be written to. */
  readonly expectedMode?: Mode | undefined;
  readonly say: (line: string) => void;
}

export type Mode = "test" | "live";

/**
 * Keeps a key of another account or mode from changing or forgetting anything. To such a key every object of the stack
 * looks deleted: Stripe answers a plain 404 for another account's objects.
 */
export class Guard {
  #account: Promise<string | undefined> | undefined;

  constructor(
    private readonly stripe: Entitlements,
    private readonly options: GuardOptions,
  ) {}

  /** As {@link admit}, for a read. A `.get()` has no state yet that a key could contradict, and is spared the request. */
  async admitKnown(subject: string, home: Home): Promise<string | undefined> {
    return home.livemode === undefined ? undefined : this.admit(subject, home);
  }

  /**
   * To be awaited before an object of `home` is written, or believed to be gone. An object that is yet to be created has no home.
   *
   * @returns the account, to be kept in the state; undefined where the key may not tell it.
   */
  async admit(subject: string, home: Home = {}): Promise<string | undefined> {
    const { keyMode, expectedMode, expectedAccount } = this.options;
    if (home.livemode !== undefined) refuseOther(subject, "mode", modeOf(home.livemode), keyMode, stateSays);
    refuseOther(subject, "mode", expectedMode, keyMode, configurationSays);
    this.#account ??= this.#askAccount();
    const account = await this.#account;
    refuseOther(subject, "account", home.account, account, stateSays);
    refuseOther(subject, "account", expectedAccount, account, configurationSays);
    return account;
  }

  async #askAccount(): Promise<string | undefined> {
    try {
      return (await this.stripe.account()).id;
    } catch (error) {
      if (!isStripeError(error) || error.kind !== "permission") throw error;
      this.options.say(
        "The restricted API key may not read its account, so a key of another account cannot be told from this one. " +
          "Give it the permission to read the account to have that checked.",
      );
      return undefined;
    }
  }
}

/**
 * Throws when the object that was not found was asked for by a `.get()`, which has no state: the engine would take the empty answer of a
 * read for an object without properties.
 */
export function refuseMissing(subject: string, { livemode }: Home): void {
  if (livemode !== undefined) return;
  throw new EntitlementsError(`${subject}: there is no such object in this account and mode`, {
    hint: "Check the id, and that the API key belongs to the account and mode that has it. An archived feature counts as gone.",
  });
}

const stateSays = "the stack's state";
const configurationSays = "the configuration";

function refuseOther(
  subject: string,
  what: "account" | "mode",
  wanted: string | undefined,
  actual: string | undefined,
  who: string,
) {
  if (wanted === undefined || actual === undefined || wanted === actual) return;
  const named = (value: string) => (what === "mode" ? `${value} mode` : `account ${value}`);
  throw new EntitlementsError(`${subject}: the API key belongs to ${named(actual)}, but ${who} says ${named(wanted)}`, {
    hint: `Nothing was changed. Use a key of ${named(wanted)}, or the stack that belongs to ${named(actual)}.`,
  });
}

function modeOf(livemode: boolean): Mode {
  return livemode ? "live" : "test";
}
