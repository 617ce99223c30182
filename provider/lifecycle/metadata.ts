import { ownerKey } from "../catalog/index";
import type { MetadataChange } from "../stripe/api";

/** A feature's metadata as its users see it: without the marker. */
export type Metadata = Readonly<Record<string, string>>;

/** What Stripe stores for the declared metadata and the owner. */
export function toWire(metadata: Metadata | undefined, owner: string | undefined): Metadata {
  return { ...metadata, ...(owner !== undefined && { [ownerKey]: owner }) };
}

/** What Stripe's metadata says, taken apart. */
export function fromWire(wire: Metadata): { metadata: Metadata; owner?: string } {
  const { [ownerKey]: owner, ...metadata } = wire;
  return owner === undefined ? { metadata } : { metadata, owner };
}

/**
 * The change that makes `wanted` of `observed`, both as on the wire. Stripe merges what is sent, so a key that is no longer wanted has to
 * be unset by name [spec]; wanted keys are sent in any case, because somebody may have changed them since.
 */
export function changeTo(wanted: Metadata, observed: Metadata): MetadataChange {
  const unset = Object.keys(observed).filter((key) => !Object.hasOwn(wanted, key));
  return { ...Object.fromEntries(unset.map((key) => [key, null])), ...wanted };
}

export function sameMetadata(one: Metadata = {}, other: Metadata = {}): boolean {
  const keys = Object.keys(one);
  return keys.length === Object.keys(other).length && keys.every((key) => one[key] === other[key]);
}
