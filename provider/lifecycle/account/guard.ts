import type { StripeApi } from "../../stripe/api";
import { isMissing, isOfOtherMode } from "../../stripe/errors";
import type { StripeFeature } from "../../stripe/feature";
import { EntitlementsError } from "../errors";
import type { Log } from "../run/log";
import {
  type AccountAndMode,
  assertConfiguredMode,
  assertHasState,
  assertSameAsConfigured,
  assertSameInState,
  assertSameMode,
  type ExpectedKey,
  type Mode,
} from "./account";
import { findKeyMode, type ModeSource, undefinedIfForbidden } from "./key-mode";
import type { KnownAccount, KnownAccounts } from "./known-accounts";

/** The facts that the guard compares keys with. */
export interface AccountGuardContext extends ExpectedKey {
  readonly knownAccounts: KnownAccounts;
  readonly log: Log;
  /** Whether the server is on this machine, as an emulator is. Default: false. */
  readonly isLocalServer?: boolean;
}

/**
 * Rejects API keys of another account or mode before they change or forget anything. To such a key
 * every object of the stack looks deleted: Stripe answers 404 for another account's objects (S97).
 */
export class AccountGuard {
  #account: Promise<string | undefined> | undefined;
  #mode: Promise<Mode | undefined> | undefined;
  #announced: Promise<void> | undefined;
  #knownFeature: Promise<StripeFeature | undefined> | undefined;

  constructor(
    private readonly stripe: Pick<StripeApi, "findFeature" | "getAccount"> & ModeSource,
    private readonly context: AccountGuardContext,
  ) {}

  /**
   * Checks the key before an object of `recorded` is written.
   *
   * @returns the account for the state. Undefined when the key may not read it.
   */
  async check(subject: string, recorded: AccountAndMode): Promise<string | undefined> {
    const { knownAccounts } = this.context;
    knownAccounts.recordResource(subject, recorded);
    this.#assertMode(subject, [recorded]);
    const account = await this.#accountOfKey(subject);
    this.#assertSameAccount(subject, recorded, account);
    return account;
  }

  /**
   * Checks the key before an update. After the first refresh of an imported object, its state knows
   * the mode and not the account: then the key must find the object. One that nothing has read yet
   * is read by the caller.
   *
   * @param finds whether the key finds the object, or the attached feature
   * @returns the account for the state. Undefined when neither the key nor the state names it.
   */
  async checkForUpdate(
    subject: string,
    recorded: AccountAndMode,
    finds: () => Promise<boolean>,
  ): Promise<string | undefined> {
    const account = await this.check(subject, recorded);
    const isCompared = account === undefined || recorded.account !== undefined;
    if (!isCompared && recorded.livemode !== undefined) await this.confirmGone(subject, recorded, finds);
    return account ?? recorded.account;
  }

  /**
   * Checks the key before a create. A new object has no recorded account, so the key is compared
   * with the accounts of the stack's other objects seen so far in this run. Where there are none,
   * and the configuration names none, a line says once in a run where the objects are created.
   *
   * @param stackSeen resolves when an object of the stack is known, or none has come for a while:
   * {@link KnownAccounts.waitForFirst}
   * @returns the account for the state. Undefined when the key may not read it.
   * @throws EntitlementsError when the key contradicts the configuration or the stack's state
   */
  async checkForCreate(subject: string, stackSeen: Promise<void>): Promise<string | undefined> {
    this.#assertMode(subject, this.#seenAccounts);
    const [account] = await Promise.all([this.#accountOfKey(subject), stackSeen]);
    // Compare again: the engine may have sent more of the stack while the request ran.
    this.#assertMode(subject, this.#seenAccounts);
    for (const known of this.#seenAccounts) this.#assertSameAccount(subject, known, account);
    if (!this.#isCompared(account)) await this.#assertFindsKnownFeature(subject);
    const { expected } = this.context;
    if (this.#seenAccounts.length === 0 && expected.account === undefined && expected.mode === undefined) {
      this.#announced ??= this.#announce(account);
      await this.#announced;
    }
    return account;
  }

  /**
   * Checks the key for a read. A `.get()` has no state that a key could contradict, so it sends
   * nothing. A key of the other mode is rejected before this returns, so that the caller starts no
   * request.
   */
  checkForRead(subject: string, recorded: AccountAndMode): Promise<string | undefined> {
    if (recorded.livemode === undefined) return Promise.resolve(undefined);
    this.#assertMode(subject, [recorded]);
    return this.check(subject, recorded);
  }

  /**
   * Checks the key before data is returned to a function. Asks Stripe only when an account is
   * configured.
   */
  async checkForLookup(subject: string): Promise<void> {
    assertConfiguredMode(subject, this.context);
    if (this.context.expected.account !== undefined) await this.#accountOfKey(subject);
  }

  /**
   * Checks the key before an object that Stripe does not find is treated as deleted. Where the
   * prefix of the key does not tell its mode, an object that the key finds tells it.
   *
   * @param isProven whether something else shows that the key is the right one, where account and
   * mode do not
   */
  async confirmGone(subject: string, recorded: AccountAndMode, isProven: () => Promise<boolean>): Promise<void> {
    assertHasState(subject, recorded);
    const account = await this.check(subject, recorded);
    const mode = await this.#modeOfKey();
    assertSameMode(subject, recorded, mode, this.context.knownAccounts);
    // Only where both sides name the account has `check` compared them.
    const isAccountCompared = account !== undefined && recorded.account !== undefined;
    if ((isAccountCompared && mode !== undefined) || (await isProven())) return;
    const other = isAccountCompared ? "the other mode" : "another account";
    throw new EntitlementsError(
      `${subject}: Stripe returned 404, but it also does that for a key of ${other}, so the object may still exist`,
      {
        kind: "unverifiedAccount",
        hint: `Nothing was changed. ${wayToVerify(account, recorded)} If the object is gone, remove it from the state with \`pulumi state delete\`.`,
      },
    );
  }

  /**
   * Whether the failed request says that the object of `recorded` does not exist. Stripe's hint at
   * a similar object in the other mode says so, too: a product may have the same id in both modes.
   * The caller must await {@link confirmGone}, which compares the modes.
   */
  isGoneError(error: unknown, { livemode }: AccountAndMode): boolean {
    return isMissing(error) || (livemode !== undefined && isOfOtherMode(error));
  }

  get #seenAccounts(): readonly KnownAccount[] {
    return this.context.knownAccounts.all;
  }

  /**
   * Throws when the prefix of the key contradicts the configuration or the state. Sends nothing.
   */
  #assertMode(subject: string, recorded: readonly AccountAndMode[]): void {
    const { keyMode, knownAccounts } = this.context;
    assertConfiguredMode(subject, this.context);
    for (const each of recorded) assertSameMode(subject, each, keyMode, knownAccounts);
  }

  /** Throws when the account of the key is not the recorded one. Both must be known. */
  #assertSameAccount(subject: string, recorded: AccountAndMode, account: string | undefined): void {
    const { isLocalServer = false, knownAccounts } = this.context;
    const note = isLocalServer
      ? `If an emulator was restarted, start it with --account ${recorded.account}, or keep its state with --data. `
      : "";
    assertSameInState(subject, "account", recorded.account, account, knownAccounts, note);
  }

  /** Returns the account of the key. Throws when it is not the configured one. */
  async #accountOfKey(subject: string): Promise<string | undefined> {
    this.#account ??= this.#findAccount();
    const account = await this.#account;
    const { expected, place } = this.context;
    const wanted = expected.account;
    if (wanted !== undefined && account === undefined) {
      throw new EntitlementsError(`${subject}: cannot verify that the API key belongs to ${wanted}`, {
        kind: "unverifiedAccount",
        hint: `Give the restricted key the permission to read its account, or remove ${place.nameOf("account")}.`,
      });
    }
    assertSameAsConfigured(subject, "account", wanted, account, place);
    return account;
  }

  /** Returns the mode of the key. Undefined when neither its prefix nor an object tells it. */
  #modeOfKey(): Promise<Mode | undefined> {
    const { keyMode } = this.context;
    this.#mode ??= keyMode === undefined ? findKeyMode(this.stripe) : Promise.resolve(keyMode);
    return this.#mode;
  }

  /** Logs where objects are created, and how to allow only that account and mode. */
  async #announce(account: string | undefined): Promise<void> {
    const { keyMode, log, place } = this.context;
    const mode = await this.#modeOfKey();
    const where = [account ?? "an account that the key may not read", mode && `${mode} mode`].filter(Boolean);
    // A key whose prefix does not tell its mode is rejected where a mode is configured.
    const settings = Object.entries({ account, mode: keyMode }).filter((each): each is [string, string] => !!each[1]);
    const names = settings.map(([name]) => name).join(" and ");
    const wayToPin = settings.length > 0 ? ` To allow only this ${names}, ${place.wayToSet(settings)}.` : "";
    log(`Creating in ${where.join(", ")}.${wayToPin}`);
  }

  /** Whether both the account and the mode of the key were compared with the state. */
  #isCompared(account: string | undefined): boolean {
    const isKnown = account !== undefined && this.#seenAccounts.some((known) => known.account !== undefined);
    return isKnown && this.context.keyMode !== undefined;
  }

  /**
   * Throws when the key does not find a feature of the stack. Stripe never deletes a feature (S8).
   */
  async #assertFindsKnownFeature(subject: string): Promise<void> {
    const id = this.#seenAccounts.find(({ feature }) => feature !== undefined)?.feature;
    if (id === undefined) return;
    this.#knownFeature ??= this.stripe.findFeature(id);
    if ((await this.#knownFeature) !== undefined) return;
    throw new EntitlementsError(
      `${subject}: the API key does not find ${id}, which is in the stack's state, so the key belongs to another account or mode`,
      {
        kind: "wrongAccount",
        hint:
          "Nothing was changed. Use a key of the stack's account. If this is one, give it the permission to read its " +
          "account.",
      },
    );
  }

  async #findAccount(): Promise<string | undefined> {
    const account = await undefinedIfForbidden(() => this.stripe.getAccount());
    if (account === undefined) {
      this.context.log(
        "The restricted API key cannot read its account, so a key of another account is detected only when objects turn " +
          "out to be missing. Give it the permission to read the account to have the accounts compared.",
      );
    }
    this.context.knownAccounts.ofKey = account?.id;
    return account?.id;
  }
}

/** Returns what the user can do to have the key verified. */
function wayToVerify(account: string | undefined, recorded: AccountAndMode): string {
  if (account === undefined) {
    return "Give the restricted key the permission to read its account, so that its account can be compared.";
  }
  if (recorded.account === undefined) {
    return `The state does not record the object's account. The key belongs to ${account}: use a key of the object's account.`;
  }
  return "Give the key the permission to read features, products or the balance, so that its mode can be compared.";
}
