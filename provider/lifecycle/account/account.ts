import { EntitlementsError } from "../errors";

/** Where an object is, as the state records it. */
export interface AccountAndMode {
  /** `acct_…` */
  readonly account?: string;
  readonly livemode?: boolean;
}

export type Mode = "test" | "live";

/**
 * The only account, `acct_…`, and the only mode that the configuration allows. Undefined allows
 * any.
 */
export interface ExpectedAccount {
  readonly account?: string | undefined;
  readonly mode?: Mode | undefined;
}

/**
 * Throws when the mode of the API key is not the configured one, or cannot be told. Sends nothing.
 */
export function assertConfiguredMode(subject: string, mode: Mode | undefined, keyMode: Mode | undefined): void {
  if (mode !== undefined && keyMode === undefined) {
    throw new EntitlementsError(`${subject}: cannot verify that the API key is of ${mode} mode`, {
      kind: "unverifiedAccount",
      hint: "The prefix of this key does not tell its mode. Use a key whose prefix does, or remove stripe-entitlements:mode.",
    });
  }
  assertSameIfKnown(subject, "mode", mode, keyMode, "the configuration");
}

/** Throws when the mode of the API key is not the one in the state. Sends nothing. */
export function assertSameMode(subject: string, { livemode }: AccountAndMode, keyMode: Mode | undefined): void {
  if (livemode !== undefined)
    assertSameIfKnown(subject, "mode", livemode ? "live" : "test", keyMode, "the stack's state");
}

/**
 * Throws when both values are known and differ. `source` says where `expected` comes from.
 *
 * @throws EntitlementsError of kind `wrongMode` or `wrongAccount`
 */
export function assertSameIfKnown(
  subject: string,
  what: "account" | "mode",
  expected: string | undefined,
  actual: string | undefined,
  source: "the configuration" | "the stack's state",
): void {
  if (expected === undefined || actual === undefined || expected === actual) return;
  const label = (value: string) => (what === "mode" ? `${value} mode` : `account ${value}`);
  const otherwise =
    source === "the configuration"
      ? `correct stripe-entitlements:${what}`
      : `the stack that belongs to ${label(actual)}`;
  const message = `${subject}: the API key belongs to ${label(actual)}, but ${source} says ${label(expected)}`;
  throw new EntitlementsError(message, {
    kind: what === "mode" ? "wrongMode" : "wrongAccount",
    hint: `Nothing was changed. Use a key of ${label(expected)}, or ${otherwise}.`,
  });
}

/**
 * Throws when the missing object was read by a `.get()`, which has no recorded mode. For it, the
 * result "gone" would give the program an object without properties.
 */
export function assertHasState(subject: string, { livemode }: AccountAndMode): void {
  if (livemode !== undefined) return;
  throw new EntitlementsError(`${subject}: the object does not exist in this account and mode, or is archived`, {
    kind: "missing",
    hint:
      "Check the id, and that the API key belongs to the object's account and mode. The function getFeature also finds " +
      "archived features.",
  });
}
