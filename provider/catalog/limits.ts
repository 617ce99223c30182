// Limits that Stripe sets for features, and the provider's own metadata key. The provider's check
// and the HTTP client read them here, so that a limit is written once.

// https://docs.stripe.com/api/entitlements/feature/create
/** The longest lookup key or name, in characters. */
export const maxTextLength = 80;

// https://docs.stripe.com/metadata
/** The most entries that an object's metadata can have, the marker included. */
const maxMetadataEntries = 50;
/** The longest metadata key, in characters. */
const maxMetadataKeyLength = 40;
/** The longest metadata value, in characters. An empty value would remove the entry in Stripe. */
export const maxMetadataValueLength = 500;

/** The metadata key of the marker, which names the owner of a feature. Users do not see it. */
export const markerKey = "pulumi_owner";

/** The issue of a text that {@link hasHalfCharacter}. */
export const halfCharacter =
  "must not contain half of a character (a lone surrogate), as a text cut inside an emoji does";

/** Whether the text contains a lone surrogate. It has no form in UTF-8, so it cannot be sent. */
export function hasHalfCharacter(value: string): boolean {
  return /\p{Surrogate}/u.test(value);
}

/** Returns why the value is not a string of 1 to `max` characters, or undefined if it is one. */
export function textIssue(value: unknown, max: number): string | undefined {
  if (value === undefined) return "is required";
  if (typeof value !== "string") return "must be a string";
  if (value === "") return "must not be empty";
  if (hasHalfCharacter(value)) return halfCharacter;
  // Stripe does not publish whether it counts characters, UTF-16 units or bytes. This count is the
  // lowest of the three, so no value that Stripe accepts is rejected here.
  return [...value].length > max ? `must not be longer than ${max} characters` : undefined;
}

/** Returns why a user's metadata cannot have the key, or undefined if it can. */
export function metadataKeyIssue(key: string): string | undefined {
  const issue = textIssue(key, maxMetadataKeyLength);
  if (issue !== undefined) return `a key ${issue}`;
  if (/[[\]]/.test(key)) return "a key must not contain [ or ]";
  return key === markerKey ? "this key is the provider's own" : undefined;
}

/**
 * Returns why a user's metadata cannot have `count` entries, or undefined if it can. The marker
 * takes one of the entries that Stripe keeps, if the feature has a marker.
 */
export function metadataSizeIssue(count: number, hasMarker: boolean): string | undefined {
  const max = hasMarker ? maxMetadataEntries - 1 : maxMetadataEntries;
  if (count <= max) return undefined;
  const why = hasMarker
    ? `: Stripe keeps ${maxMetadataEntries}, and one of them is the provider's marker ${markerKey}`
    : "";
  return `has ${count} keys, at most ${max} fit${why}`;
}
