import type { StripeFeature } from "../../stripe/feature";
import type { LocalContext } from "../context";
import { isKnownText } from "../inputs";
import { isForeign } from "../ownership/policy";
import type { ObjectFacts } from "../run/other-processes";
import type { Successor } from "../run/replacements";
import type { FeatureCreateFacts } from "./plan-create";

// The engine does not tell a dynamic provider which values are secret (pulumi/pulumi,
// `acceptSecrets` in cmd/dynamic-provider/index.ts). The program knows, in a preview.
const possibleSecrets: ReadonlySet<string> = new Set(["name", "metadata"]);

/**
 * Returns what the plan of a create depends on, from the records of the run.
 *
 * @param others what the other processes of the run have recorded about the feature
 * @param isQuiet whether the program has been quiet, so that a resource without a declaration was
 * renamed, moved or removed
 */
export function createFacts(
  context: LocalContext,
  existing: StripeFeature,
  inputs: Successor,
  others: readonly ObjectFacts[],
  { isQuiet = false }: { readonly isQuiet?: boolean } = {},
): FeatureCreateFacts {
  const previous = context.declarations.features.findPrevious(inputs.lookupKey);
  const isReleased =
    isGivenUp(context, existing, inputs, others) || (isQuiet && isUndeclared(context, existing, inputs, others));
  return { adopt: context.adopt, previous, isReleased, secrets: possibleSecrets };
}

/**
 * Whether the program declares another lookup key for the resource that manages the feature. The
 * engine replaces that resource, and its delete keeps a feature that this create has adopted.
 */
function isGivenUp(
  { replacements }: LocalContext,
  { id, marker }: StripeFeature,
  { owner }: Successor,
  others: readonly ObjectFacts[],
): boolean {
  if (isForeign(marker, owner)) return false;
  return isKnownText(replacements.findReplacement(id)?.lookupKey) || others.some((facts) => facts.isGivenUp);
}

/**
 * Whether the feature carries the marker of another resource of this stack, and the program does
 * not declare that resource with this key: it was renamed, moved or removed.
 */
function isUndeclared(
  { declarations }: LocalContext,
  { id, marker }: StripeFeature,
  { lookupKey, owner }: Successor,
  others: readonly ObjectFacts[],
): boolean {
  if (marker === undefined || marker === owner || isForeign(marker, owner)) return false;
  // A declared resource may have it, although the marker names another one.
  const isHeld = declarations.features.findId(lookupKey) === id;
  const isDeclared = declarations.features.mayDeclare(marker, lookupKey);
  return !isHeld && !isDeclared && !others.some(({ isMarkerDeclared }) => isMarkerDeclared);
}
