import { markerKey } from "../catalog/limits";
import * as z from "../zod";

/** The metadata of an object in Stripe. */
export type Metadata = Readonly<Record<string, string>>;

/** Parses metadata. Null and a missing value count as no metadata. */
export const metadataSchema = z
  .record(z.string(), z.string())
  .nullish()
  .transform((metadata): Metadata => metadata ?? {});

/** Splits Stripe's metadata into the marker and the entries of the user. */
export function splitMarker(stored: Metadata): { metadata: Metadata; marker: string | undefined } {
  const { [markerKey]: marker, ...metadata } = stored;
  return { metadata, marker };
}

/** Returns the metadata that Stripe stores: the user's entries and the marker. */
export function withMarker({ metadata, marker }: { metadata: Metadata; marker: string | undefined }): Metadata {
  return marker === undefined ? metadata : { ...metadata, [markerKey]: marker };
}

/**
 * Returns the parameter that changes `known` to `wanted`. Stripe merges metadata, so an entry that
 * is no longer wanted is unset by name (S48). Wanted entries are always sent, because somebody may
 * have changed them in Stripe.
 */
export function metadataChange(wanted: Metadata, known: Metadata): Readonly<Record<string, string | null>> {
  const unwanted = Object.keys(known).filter((key) => !Object.hasOwn(wanted, key));
  return { ...Object.fromEntries(unwanted.map((key) => [key, null])), ...wanted };
}

/** Whether both hold the same entries. */
export function isSameMetadata(one: Metadata = {}, other: Metadata = {}): boolean {
  const keys = Object.keys(one);
  return keys.length === Object.keys(other).length && keys.every((key) => one[key] === other[key]);
}
