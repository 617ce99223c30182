import { isDeepStrictEqual } from "node:util";
import type { Resource } from "./resource";

/**
 * Whether a second run left the resource as it was. It may add the account of an imported one, and
 * forget the owner of a feature that a stack without markers has taken over. An attachment by a
 * literal id may be read or updated before the feature changes hands, or gets its first marker, in
 * the same run: then the second run records or forgets the owner.
 */
export function isSettled(old: Resource, now: Resource): boolean {
  const { featureOwner, owner } = now.outputs;
  // Empty: the feature had no marker.
  const isFirstMarker = now.dependencies.length === 0 && old.outputs["featureOwner"] === "";
  const isTakenOver = featureOwner === undefined && (owner === undefined || isFirstMarker);
  const mayDiffer = ["account", "newFeatureOwner", ...(isTakenOver ? ["featureOwner"] : [])];
  const isSame = (name: string) =>
    isDeepStrictEqual(old.outputs[name], now.outputs[name]) ||
    (mayDiffer.includes(name) && (name !== "account" || old.outputs[name] === undefined));
  const names = Object.keys({ ...old.outputs, ...now.outputs });
  return names.every(isSame) && isDeepStrictEqual({ ...old, outputs: {} }, { ...now, outputs: {} });
}

/** Returns the resource for a message. */
export function formatResource(resource: Resource | undefined): string {
  return JSON.stringify(resource && { ...resource, urn: undefined, type: undefined });
}
