import type { Feature } from "../../emulator";
import { type AdoptionPolicy, isSameStack } from "../../provider/lifecycle/ownership/policy";
import { type DeclaredFeature, markerFor, type StackSettings } from "./program";
import { markerOf } from "./server-view";

/** Whether the feature carries the marker of another stack. A stack that writes none has none. */
export function isForeign({ name, ownership }: StackSettings, feature: Pick<Feature, "metadata"> | undefined): boolean {
  const marker = feature && markerOf(feature);
  return marker !== undefined && (ownership === "none" || !isSameStack(marker, `${name}/`));
}

/** Returns the policy of a declared resource. */
export function policyOf({ adopt }: { readonly adopt?: AdoptionPolicy | undefined }, settings: StackSettings) {
  return adopt ?? settings.adopt;
}

/**
 * Whether the declared resource may adopt a feature with the marker. No other resource of the
 * program declares its lookup key, so one of this stack that the marker names has released it.
 */
export function mayAdopt(settings: StackSettings, declared: DeclaredFeature, marker: string | undefined): boolean {
  const isOwn = isSameStack(marker, markerFor(settings, declared));
  return isAllowed(policyOf(declared, settings), marker, isOwn);
}

/** Whether the policy allows to adopt an object whose feature carries the marker. */
export function isAllowed(policy: AdoptionPolicy, marker: string | undefined, isOwn: boolean): boolean {
  if (policy === "never") return false;
  return policy === "any" || isOwn || (policy === "unowned" && marker === undefined);
}
