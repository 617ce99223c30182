import { z } from "zod";
import { checkAgainst, mustBeOneOf, text } from "../declared-inputs";
import { ownerKey } from "../metadata";
import { adoptionPolicies } from "../ownership";
import type { CheckFailure, CheckResult, UncheckedInputs } from "../rules";
import type { Run } from "../run";
import type { Session } from "../session";
import { isUnknown } from "../unknown";
import { identityOf } from "./state";

/** Of lookup keys and names, in characters [spec]. */
const maxTextLength = 80;
/** Of metadata [docs]. */
const maxKeys = 50;
const maxKeyLength = 40;
const maxValueLength = 500;

const metadataRules = z
  .record(
    z
      .string()
      .min(1, "a key must not be empty")
      .refine((key) => [...key].length <= maxKeyLength, `a key must not be longer than ${maxKeyLength} characters`)
      .regex(/^[^[\]]*$/, "a key must not contain [ or ]")
      .refine((key) => key !== ownerKey, "this key is the provider's own"),
    // Stripe takes an empty value as the wish to unset the key [spec].
    text(maxValueLength),
    { error: "must be a map of strings" },
  )
  .optional();

const featureRules = z.strictObject({
  lookupKey: text(maxTextLength),
  name: text(maxTextLength),
  metadata: metadataRules,
  owner: text(maxValueLength).optional(),
  adopt: z.enum(adoptionPolicies, mustBeOneOf(adoptionPolicies)).optional(),
  archiveWhileAttached: z.boolean("must be true or false").optional(),
});

export function check(session: Session, olds: UncheckedInputs, news: UncheckedInputs): CheckResult {
  const { owner, ...declared } = news;
  const marked = session.ownership === "none" ? declared : { ...declared, owner };
  const { inputs, failures } = checkAgainst(featureRules, marked);
  return {
    inputs,
    failures: [
      ...failures,
      ...unspeakableKey(inputs),
      ...tooManyKeys(inputs),
      ...declaredTwice(session.run, olds, inputs),
    ],
  };
}

/** JavaScript takes it for the object's prototype, on the way to the provider and from there to Stripe. */
function unspeakableKey({ metadata }: UncheckedInputs): CheckFailure[] {
  if (typeof metadata !== "object" || !Object.keys(metadata ?? {}).includes("__proto__")) return [];
  return [{ property: "metadata", reason: "cannot hold the key __proto__" }];
}

function tooManyKeys({ metadata, owner }: UncheckedInputs): CheckFailure[] {
  if (typeof metadata !== "object") return [];
  const count = Object.keys(metadata ?? {}).length;
  const room = owner === undefined ? maxKeys : maxKeys - 1;
  if (count <= room) return [];
  const why = room < maxKeys ? `: Stripe keeps ${maxKeys}, and one of them is the provider's marker ${ownerKey}` : "";
  return [{ property: "metadata", reason: `has ${count} keys, at most ${room} fit${why}` }];
}

function declaredTwice(run: Run, olds: UncheckedInputs, { lookupKey, owner }: UncheckedInputs): CheckFailure[] {
  if (typeof lookupKey !== "string" || isUnknown(lookupKey)) return [];
  const had = olds["lookupKey"] === lookupKey ? { owner: olds["owner"] as string | undefined } : undefined;
  const other = run.declare(identityOf({ lookupKey }), owner as string | undefined, had);
  if (other === undefined) return [];
  return [{ property: "lookupKey", reason: `"${lookupKey}" is declared by ${other} already, and can be once only` }];
}
