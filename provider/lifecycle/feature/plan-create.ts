import type { StripeFeature } from "../../stripe/feature";
import type { Metadata } from "../../stripe/metadata";
import { EntitlementsError } from "../errors";
import type { CreatePlan } from "../ownership/create-plan";
import { type AdoptionPolicy, isSameStack, mayAdoptFeature } from "../ownership/policy";
import { differingProperties } from "../properties";
import type { PreviousDeclaration } from "../run/declarations";
import type { Successor } from "../run/replacements";
import { resourceName } from "../subject";
import { type FeatureInputs, featureProperties } from "./properties";
import { subjectOf } from "./state";

/** The facts that the plan of a create depends on, besides the feature. */
export interface FeatureCreateFacts {
  /** The adoption policy of resources that declare none. */
  readonly adopt: AdoptionPolicy;
  /** Given when the resource declared the same key in the last run: it replaces its own feature. */
  readonly previous?: PreviousDeclaration | undefined;
  /**
   * Whether the resource of this stack that has the feature does not declare it any more: it was
   * renamed, or declares another key.
   */
  readonly isReleased?: boolean | undefined;
  /** The names of the properties that hold a secret, or may. Their values are not shown. */
  readonly secrets?: ReadonlySet<string>;
}

/** Says what a create will do: create, adopt with these changes, or why it is rejected. */
export function planCreate(
  inputs: FeatureInputs,
  existing: StripeFeature | undefined,
  facts: FeatureCreateFacts,
): CreatePlan {
  if (existing === undefined) return { action: "create" };
  const changes = changesOf(existing, inputs, facts.secrets);
  if (!mayAdopt(inputs, existing, facts)) return { action: "reject", error: rejection(existing, inputs, changes) };
  const what = `${existing.id}, an active feature with this lookup key ${markerText(existing, inputs)}`;
  return { action: "adopt", line: changes.length === 0 ? `${what}.` : `${what}: ${changes.join(", ")}.` };
}

/** Whether the resource may adopt the active feature that has its lookup key. */
export function mayAdopt(
  { owner, adopt }: Successor,
  { marker }: StripeFeature,
  { adopt: defaultPolicy, previous, isReleased = false }: FeatureCreateFacts,
): boolean {
  const policy = adopt ?? defaultPolicy;
  if (mayAdoptFeature(policy, marker, owner) || (isReleased && policy !== "never")) return true;
  // A replacement may adopt what it replaces. Its old id is not known here, and if that feature was
  // archived, somebody else may have created one since. So the marker must be the resource's own.
  return previous !== undefined && (marker === previous.owner || marker === owner);
}

/** Returns what messages say about the marker of an existing feature. */
export function markerText({ marker }: StripeFeature, { owner }: Successor): string {
  if (marker === undefined) return "without a marker";
  return marker === owner ? "that this resource created" : `with the marker of ${marker}`;
}

function rejection(existing: StripeFeature, inputs: FeatureInputs, changes: readonly string[]): EntitlementsError {
  const what = `an active feature already has this lookup key: ${existing.id}, ${markerText(existing, inputs)}`;
  const differences = changes.length === 0 ? "" : `. To adopt it would change it: ${changes.join(", ")}`;
  return new EntitlementsError(`${subjectOf(inputs)}: ${what}${differences}`, {
    kind: "alreadyExists",
    hint: waysForward(existing.marker, inputs.owner),
  });
}

/** Returns what an adoption changes, one text for each property, without the marker. */
function changesOf(
  existing: StripeFeature,
  inputs: FeatureInputs,
  secrets: ReadonlySet<string> = new Set(),
): readonly string[] {
  return differingProperties(featureProperties, existing, inputs).flatMap((property) => {
    const isSecret = secrets.has(property);
    switch (property) {
      case "name":
        return [isSecret ? "changes the name" : `name ${quoted(existing.name)} → ${quoted(inputs.name)}`];
      case "metadata":
        return metadataChanges(existing.metadata, inputs.metadata ?? {}, isSecret);
      default:
        return [];
    }
  });
}

/** @param isSecret whether the values of the declared keys must not be shown */
function metadataChanges(old: Metadata, wanted: Metadata, isSecret: boolean): readonly string[] {
  const added = Object.keys(wanted).filter((key) => !Object.hasOwn(old, key));
  const changed = Object.keys(wanted).filter((key) => Object.hasOwn(old, key) && old[key] !== wanted[key]);
  const removed = Object.keys(old).filter((key) => !Object.hasOwn(wanted, key));
  const shown = (key: string, values: string) => (isSecret ? key : `${key} ${values}`);
  return [
    ...listed("adds metadata", added, (key) => shown(key, quoted(wanted[key]))),
    ...listed("changes metadata", changed, (key) => shown(key, `${quoted(old[key])} → ${quoted(wanted[key])}`)),
    // These values are lost.
    ...listed("removes metadata", removed, (key) => `${key} ${quoted(old[key])}`),
  ];
}

function listed(verb: string, keys: readonly string[], format: (key: string) => string): readonly string[] {
  return keys.length === 0 ? [] : [`${verb} ${keys.map(format).join(", ")}`];
}

/** The most characters of a value in a line. */
const maxShown = 60;

function quoted(value = ""): string {
  const characters = [...value];
  return JSON.stringify(characters.length > maxShown ? `${characters.slice(0, maxShown).join("")}…` : value);
}

/** Returns what the user can do if the resource may not adopt a feature with the marker. */
export function waysForward(marker: string | undefined, owner: string | undefined): string {
  const otherwise = "or choose another lookupKey.";
  if (marker === undefined) {
    return `To manage it here, set adopt: "unowned" on this resource, or import it, ${otherwise}`;
  }
  if (marker === owner) return `adopt: "never" forbids to adopt it. Remove that, ${otherwise}`;
  if (isSameStack(marker, owner)) {
    const resource = resourceName(marker);
    return (
      `"${resource}" is another resource of this stack. If it was renamed or moved to this one, add an alias with the ` +
      `name "${resource}" (and its parent, if that changed). Otherwise adopt it with adopt: "any", ${otherwise}`
    );
  }
  return `Leave it to its stack and read it with \`get\`, take it over with adopt: "any", ${otherwise}`;
}
