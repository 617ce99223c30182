import type { ConfigurationPlace } from "../configuration-place";
import { EntitlementsError } from "../errors";

/** Where an object is, as the state records it. */
export interface AccountAndMode {
  /** The account's id, `acct_…`. */
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

/** The settings about the API key, and what its prefix tells. */
export interface ExpectedKey {
  readonly expected: ExpectedAccount;
  /** The mode of the API key. Undefined when its prefix does not tell. */
  readonly keyMode: Mode | undefined;
  /** Where the user sets `expected`. */
  readonly place: ConfigurationPlace;
}

/** The resources of the stack that this run has seen. */
export interface ResourcesSeen {
  /** Returns text that names the resources in an account or mode. Undefined when there are none. */
  findResourcesIn(accountOrMode: string): string | undefined;
}

/** Returns the mode of objects with this `livemode`. */
export function modeOf(livemode: boolean): Mode {
  return livemode ? "live" : "test";
}

/**
 * Throws when the mode of the API key is not the configured one, or cannot be told. Sends nothing.
 */
export function assertConfiguredMode(subject: string, { expected: { mode }, keyMode, place }: ExpectedKey): void {
  if (mode !== undefined && keyMode === undefined) {
    throw new EntitlementsError(`${subject}: cannot verify that the API key is of ${mode} mode`, {
      kind: "unverifiedAccount",
      hint: `The prefix of this key does not tell its mode. Use a key whose prefix does, or remove ${place.nameOf("mode")}.`,
    });
  }
  assertSameAsConfigured(subject, "mode", mode, keyMode, place);
}

/** Throws when the mode of the API key is known and not the one in the state. Sends nothing. */
export function assertSameMode(
  subject: string,
  { livemode }: AccountAndMode,
  keyMode: Mode | undefined,
  seen: ResourcesSeen,
): void {
  if (livemode !== undefined) assertSameInState(subject, "mode", modeOf(livemode), keyMode, seen);
}

/**
 * Throws when both values are known and differ. `expected` comes from the configuration.
 *
 * @throws EntitlementsError of kind `wrongMode` or `wrongAccount`
 */
export function assertSameAsConfigured(
  subject: string,
  what: What,
  expected: string | undefined,
  actual: string | undefined,
  place: ConfigurationPlace,
): void {
  if (expected === undefined || actual === undefined || expected === actual) return;
  const [wanted, given] = [nameOf(what, expected), nameOf(what, actual)];
  throw new EntitlementsError(`${subject}: the API key belongs to ${given}, but the configuration says ${wanted}`, {
    kind: kindOf[what],
    hint: `Nothing was changed. Use a key of ${wanted}, or correct ${place.nameOf(what)}.`,
  });
}

/**
 * Throws when the configured account is not the one in the state. Sends nothing, so that a preview
 * shows it.
 */
export function assertStateAsConfigured(
  subject: string,
  { account: recorded }: AccountAndMode,
  { expected: { account: configured }, place }: Omit<ExpectedKey, "keyMode">,
): void {
  if (recorded === undefined || configured === undefined || recorded === configured) return;
  throw new EntitlementsError(
    `${subject}: the stack's state says account ${recorded}, but the configuration says account ${configured}`,
    {
      kind: "wrongAccount",
      hint:
        `Nothing was changed. Correct ${place.nameOf("account")}, with a key of account ${recorded}. To move the ` +
        "resources to another account, create them there in another stack.",
    },
  );
}

/**
 * Throws when both values are known and differ. `expected` comes from the state. Where the state
 * has resources of both, the error names some of each.
 *
 * @param note a sentence of the hint, with a space at its end
 * @throws EntitlementsError of kind `wrongMode` or `wrongAccount`
 */
export function assertSameInState(
  subject: string,
  what: What,
  expected: string | undefined,
  actual: string | undefined,
  seen: ResourcesSeen,
  note = "",
): void {
  if (expected === undefined || actual === undefined || expected === actual) return;
  const [wanted, given] = [nameOf(what, expected), nameOf(what, actual)];
  const message = `${subject}: the API key belongs to ${given}, but the stack's state says ${wanted}`;
  const resources = seen.findResourcesIn(actual);
  if (resources === undefined) {
    throw new EntitlementsError(message, {
      kind: kindOf[what],
      hint: `Nothing was changed. ${note}Use a key of ${wanted}, or the stack that belongs to ${given}. If the state has both: ${wayToSeparate}`,
    });
  }
  const others = seen.findResourcesIn(expected) ?? subject;
  throw new EntitlementsError(`${message}. The state has both: ${resources} in ${given}, ${others} in ${wanted}`, {
    kind: kindOf[what],
    hint: `Nothing was changed. A stack can manage the objects of one account and mode only. ${wayToSeparate}`,
  });
}

type What = "account" | "mode";

const kindOf = { account: "wrongAccount", mode: "wrongMode" } as const;

const nameOf = (what: What, value: string) => (what === "mode" ? `${value} mode` : `account ${value}`);

const wayToSeparate =
  "Remove the resources that do not belong to this stack, each with `pulumi state delete <urn>`, which changes nothing in " +
  "Stripe. To delete them in Stripe as well, run `pulumi destroy --target <urn>` with a key of their account and mode.";

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
      "archived features. If the object was imported, remove it from the state with `pulumi state delete`.",
  });
}
