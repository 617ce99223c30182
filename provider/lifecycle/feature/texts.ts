import type { StripeFeature } from "../../stripe/feature";
import type { LocalContext } from "../context";
import { EntitlementsError } from "../errors";
import { isKnownText } from "../inputs";
import type { CheckFailure, UncheckedInputs } from "../resource-rules";
import type { FeatureInputs } from "./properties";

/**
 * Rejects outer white space in a lookup key, and logs a line about a name or metadata value that
 * Stripe may change (S109). Texts that the last run declared are accepted.
 */
export function textFailures(
  { declarations, onceLog }: LocalContext,
  subject: string,
  olds: UncheckedInputs,
  { lookupKey, ...news }: UncheckedInputs,
): CheckFailure[] {
  const before = new Map(textsOf(olds));
  const unstable = textsOf(news).filter(([where, text]) => before.get(where) !== text && text !== stable(text));
  for (const [where] of unstable) onceLog.logOnce(`${subject}: ${where} ${mayChange}`);
  const reason = isKnownText(lookupKey) ? lookupKeyIssue(lookupKey) : undefined;
  if (reason === undefined || declarations.features.findPrevious(String(lookupKey)) !== undefined) return [];
  return [{ property: "lookupKey", reason }];
}

/** Returns why a new resource cannot declare the lookup key, or undefined if it can. */
export function lookupKeyIssue(lookupKey: string): string | undefined {
  return lookupKey === lookupKey.trim() ? undefined : "must not start or end with white space";
}

const mayChange =
  "starts or ends with white space, or is not in the Unicode form NFC. Stripe may store it in another form, and later " +
  "updates then fail.";

/** Throws if Stripe stored another lookup key than the one that was sent. */
export function assertSameKey(subject: string, { id, lookupKey }: StripeFeature, inputs: FeatureInputs): void {
  if (lookupKey === inputs.lookupKey) return;
  throw new EntitlementsError(
    `${subject}: created as ${id}, but Stripe stored the lookup key as ${quoted(lookupKey)}`,
    {
      kind: "invalidArgument",
      hint: "Declare the lookup key as Stripe stores it. The next `pulumi up` then adopts the feature.",
    },
  );
}

/**
 * Returns the error about texts in Stripe's answer to a write that differ from the sent ones.
 * Undefined if there are none. It shows no values, which may be secret.
 */
export function findStoredDifferently(
  subject: string,
  answer: StripeFeature,
  inputs: FeatureInputs,
): EntitlementsError | undefined {
  const stored = new Map(textsOf({ ...answer }));
  const different = textsOf({ ...inputs }).filter(([where, text]) => stored.get(where) !== text);
  if (different.length === 0) return undefined;
  const names = different.map(([where]) => where).join(", ");
  return new EntitlementsError(`${subject}: Stripe stored another form of what was sent: ${names}`, {
    kind: "invalidArgument",
    hint: "Declare these texts as Stripe stores them, as `pulumi preview --refresh --diff` shows. Every update fails until then.",
  });
}

/** Returns the name and the metadata values, with what messages call them. */
function textsOf({ name, metadata }: UncheckedInputs): readonly (readonly [string, string])[] {
  const values: readonly [string, unknown][] = typeof metadata === "object" ? Object.entries(metadata ?? {}) : [];
  const texts: readonly [string, unknown][] = [
    ["name", name],
    ...values.map(([key, value]): [string, unknown] => [`metadata ${key}`, value]),
  ];
  return texts.filter((entry): entry is [string, string] => isKnownText(entry[1]));
}

function stable(text: string): string {
  return text.trim().normalize("NFC");
}

function quoted(text: string): string {
  return JSON.stringify(text);
}
