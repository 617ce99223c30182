import type { StripeApi } from "../../stripe/api";
import { isMissing, isStripeError } from "../../stripe/errors";
import type { StripeFeature } from "../../stripe/schemas";
import { EntitlementsError } from "../errors";
import { retrieve } from "../feature/retrieve";
import type { LocalContext } from "../session";

/** What the state remembers of where an object lives. */
export interface AccountAndMode {
  readonly account?: string;
  readonly livemode?: boolean;
}

export type Mode = "test" | "live";

/** The only account, `acct_…`, and the only mode that may be written to, where the configuration says so. */
export interface Expected {
  readonly account?: string | undefined;
  readonly mode?: Mode | undefined;
}

/**
 * Keeps a key of another account or mode from changing or forgetting anything. To such a key every object of the stack
 * looks deleted: Stripe answers a plain 404 for another account's objects.
 */
export class AccountGuard {
  #account: Promise<string | undefined> | undefined;
  #known: Promise<StripeFeature | undefined> | undefined;

  constructor(
    private readonly stripe: StripeApi,
    private readonly session: Pick<LocalContext, "keyMode" | "run" | "log">,
    private readonly expected: Expected,
  ) {}

  /**
   * To be awaited before an object of `home` is written, or believed to be gone. An object that is yet to be created has no home: it must go where
   * the stack's other objects are, as far as this run has met them.
   *
   * @returns the account, to be kept in the state; undefined where the key may not tell it.
   */
  async check(subject: string, home?: AccountAndMode): Promise<string | undefined> {
    this.#refuseOtherMode(subject, home);
    this.#account ??= this.#askAccount();
    const [account] = await Promise.all([this.#account, home === undefined && this.session.run.firstHome()]);
    this.#refuseUnknownAccount(subject, account);
    refuseOther(subject, "account", this.expected.account, account, configurationSays);
    // Once more after the answer: meanwhile the engine has shown more of the stack.
    this.#refuseOtherHome(subject, home, account);
    if (home === undefined && !this.#isCompared(account)) await this.#proveByKnown(subject);
    return account;
  }

  /**
   * As {@link check}, for a read. A `.get()` has no state yet that a key could contradict, and is spared the request. A key of the other mode is
   * refused before this returns, so that the caller begins nothing meanwhile.
   */
  checkForRead(subject: string, home: AccountAndMode): Promise<string | undefined> {
    if (home.livemode === undefined) return Promise.resolve(undefined);
    this.#refuseOtherMode(subject, home);
    return this.check(subject, home);
  }

  /** To be awaited before anything is shown to a program that only looks. Asks Stripe only where the configuration names an account. */
  async checkForLookup(subject: string): Promise<void> {
    refuseConfiguredMode(subject, this.expected.mode, this.session.keyMode);
    if (this.expected.account !== undefined) await this.check(subject, {});
  }

  /**
   * To be awaited before an object that Stripe does not find is believed to be gone. Where the key may not tell its account, something else
   * has to show that it is the right one.
   */
  async confirmGone(subject: string, home: AccountAndMode, isProven: () => Promise<boolean>): Promise<void> {
    refuseMissing(subject, home);
    const account = await this.check(subject, home);
    // Only where both sides name the account has `admit` compared them.
    if ((account !== undefined && home.account !== undefined) || (await isProven())) return;
    const wayOut =
      account === undefined
        ? "Give the restricted key the permission to read its account, so that this can be told apart."
        : `The state does not say to which account it belongs; the key belongs to ${account}. Use a key of the account that has it.`;
    throw new EntitlementsError(
      `${subject}: Stripe does not find it, which is also what a key of another account is told`,
      {
        hint: `Nothing was changed. ${wayOut} If it is really gone, take it out of the state with \`pulumi state delete\`.`,
      },
    );
  }

  /** Throws when the prefix of the key alone tells. Asks nobody. */
  #refuseOtherMode(subject: string, home: AccountAndMode | undefined): void {
    refuseConfiguredMode(subject, this.expected.mode, this.session.keyMode);
    this.#refuseOtherHome(subject, home, undefined);
  }

  #refuseOtherHome(subject: string, home: AccountAndMode | undefined, account: string | undefined): void {
    const { keyMode, run } = this.session;
    for (const known of home === undefined ? run.homes : [home]) {
      refuseOtherMode(subject, known, keyMode);
      refuseOther(subject, "account", known.account, account, stateSays);
    }
  }

  /** Whether both the account and the mode of the key have been held against something that the state says. */
  #isCompared(account: string | undefined): boolean {
    const { keyMode, run } = this.session;
    const isKnown = account !== undefined && run.homes.some((known) => known.account !== undefined);
    return isKnown && keyMode !== undefined;
  }

  /** Stripe never deletes a feature: a key that does not find one of the stack's is not of the stack's account. */
  async #proveByKnown(subject: string): Promise<void> {
    const id = this.session.run.homes.find(({ feature }) => feature !== undefined)?.feature;
    if (id === undefined) return;
    this.#known ??= retrieve(this.stripe, id);
    if ((await this.#known) !== undefined) return;
    throw new EntitlementsError(
      `${subject}: the API key does not find ${id}, which is in the stack's state, so it belongs to another account or mode`,
      {
        hint:
          "Nothing was changed. Use a key of the stack's account; if this is one, give it the permission to read its account, which proves it " +
          "otherwise.",
      },
    );
  }

  /**
   * Whether the failed request says that the object of `home` is not there. Stripe's hint at a similar object in the other mode is no reason to
   * doubt a key whose mode has been compared: a product may have been given the same id in both modes.
   */
  isGoneError(error: unknown, { livemode }: AccountAndMode): boolean {
    if (isMissing(error)) return true;
    const isCompared = livemode !== undefined && this.session.keyMode !== undefined;
    return isCompared && isStripeError(error) && error.kind === "wrongMode";
  }

  #refuseUnknownAccount(subject: string, account: string | undefined): void {
    if (this.expected.account === undefined || account !== undefined) return;
    throw new EntitlementsError(`${subject}: that the API key belongs to ${this.expected.account} cannot be checked`, {
      hint: "Give the restricted key the permission to read its account, or take stripe-entitlements:account off.",
    });
  }

  async #askAccount(): Promise<string | undefined> {
    try {
      return (await this.stripe.account()).id;
    } catch (error) {
      if (!isStripeError(error) || error.kind !== "permission") throw error;
      this.session.log(
        "The restricted API key may not read its account, so a key of another account can be told only by what it does not find. " +
          "Give it the permission to read the account to have that checked.",
      );
      return undefined;
    }
  }
}

/**
 * Throws when the object that is not there was asked for by a `.get()`, which has no state: the engine would take the empty answer of a
 * read for an object without properties.
 */
export function refuseMissing(subject: string, { livemode }: AccountAndMode): void {
  if (livemode !== undefined) return;
  throw new EntitlementsError(`${subject}: there is no such object in this account and mode`, {
    hint: "Check the id, and that the API key belongs to the account and mode that has it. An archived feature counts as gone.",
  });
}

/** Throws when the key's prefix contradicts the configured mode, or does not tell. Asks nobody, so it can be called at any time. */
export function refuseConfiguredMode(subject: string, mode: Mode | undefined, keyMode: Mode | undefined): void {
  if (mode !== undefined && keyMode === undefined) {
    throw new EntitlementsError(`${subject}: that the API key is of ${mode} mode cannot be checked`, {
      hint: "The prefix of this key does not tell its mode: use one that does, or take stripe-entitlements:mode off.",
    });
  }
  refuseOther(subject, "mode", mode, keyMode, configurationSays);
}

/** Throws when the key's prefix contradicts the state. Asks nobody, so it can be called at any time. */
export function refuseOtherMode(subject: string, { livemode }: AccountAndMode, keyMode: Mode | undefined): void {
  if (livemode !== undefined) refuseOther(subject, "mode", livemode ? "live" : "test", keyMode, stateSays);
}

const stateSays = "the stack's state";
const configurationSays = "the configuration";

function refuseOther(
  subject: string,
  what: "account" | "mode",
  wanted: string | undefined,
  actual: string | undefined,
  who: string,
): void {
  if (wanted === undefined || actual === undefined || wanted === actual) return;
  const named = (value: string) => (what === "mode" ? `${value} mode` : `account ${value}`);
  throw new EntitlementsError(`${subject}: the API key belongs to ${named(actual)}, but ${who} says ${named(wanted)}`, {
    hint: `Nothing was changed. Use a key of ${named(wanted)}, or the stack that belongs to ${named(actual)}.`,
  });
}
