import { z } from "zod";
import { faultOfMetadataKey, faultOfMetadataSize, maxMetadataValueLength, maxTextLength } from "../../catalog/index";
import { checkAgainst, mustBeOneOf, refuses, text } from "../inputs";
import { refuseConfiguredMode } from "../account/guard";
import { adoptionPolicies } from "../ownership/policy";
import type { CheckFailure, CheckResult, UncheckedInputs } from "../resource-rules";
import type { Run } from "../run/run";
import type { LocalContext } from "../session";
import { isUnknown } from "../unknown";
import { identityOf } from "./state";

const metadataRules = z
  .record(z.string().check(refuses(faultOfMetadataKey)), text(maxMetadataValueLength), {
    error: "must be a map of strings",
  })
  .optional();

const featureRules = z.strictObject({
  lookupKey: text(maxTextLength),
  name: text(maxTextLength),
  metadata: metadataRules,
  owner: text(maxMetadataValueLength).optional(),
  adopt: z.enum(adoptionPolicies, mustBeOneOf(adoptionPolicies)).optional(),
  archiveWhileAttached: z.boolean("must be true or false").optional(),
});

export function check(session: LocalContext, olds: UncheckedInputs, news: UncheckedInputs): CheckResult {
  refuseConfiguredMode("Feature", session.configuredMode, session.keyMode);
  const { owner, ...declared } = news;
  const marked = session.ownership === "none" ? declared : { ...declared, owner };
  const { inputs, failures: faults } = checkAgainst(featureRules, marked);
  const failures = [
    ...faults,
    ...unspeakableKey(inputs),
    ...tooManyKeys(inputs),
    ...declaredTwice(session.run, olds, inputs),
  ];
  if (failures.length > 0) session.run.fails("the check of a Feature");
  return { inputs, failures };
}

/** JavaScript takes it for the object's prototype, on the way to the provider and from there to Stripe. */
function unspeakableKey({ metadata }: UncheckedInputs): CheckFailure[] {
  if (typeof metadata !== "object" || !Object.keys(metadata ?? {}).includes("__proto__")) return [];
  return [{ property: "metadata", reason: "cannot hold the key __proto__" }];
}

function tooManyKeys({ metadata, owner }: UncheckedInputs): CheckFailure[] {
  if (typeof metadata !== "object") return [];
  const reason = faultOfMetadataSize(Object.keys(metadata ?? {}).length, owner !== undefined);
  return reason === undefined ? [] : [{ property: "metadata", reason }];
}

function declaredTwice(run: Run, olds: UncheckedInputs, { lookupKey, owner }: UncheckedInputs): CheckFailure[] {
  if (typeof lookupKey !== "string" || isUnknown(lookupKey)) return [];
  const had = olds["lookupKey"] === lookupKey ? { owner: olds["owner"] as string | undefined } : undefined;
  const other = run.declare(identityOf({ lookupKey }), owner as string | undefined, had);
  if (other === undefined) return [];
  return [{ property: "lookupKey", reason: `"${lookupKey}" is declared by ${other} already, and can be once only` }];
}
