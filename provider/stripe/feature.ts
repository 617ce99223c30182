import * as z from "../zod";
import { type Metadata, metadataChange, metadataSchema, splitMarker, withMarker } from "./metadata";

/** The part of a feature that its creator chooses. */
export interface FeatureContent {
  readonly lookupKey: string;
  readonly name: string;
  /** The metadata without the marker. */
  readonly metadata: Metadata;
  /**
   * The marker: who manages the feature, `<project>/<stack>/<resource name>`. Undefined without
   * one.
   */
  readonly marker: string | undefined;
}

/** A feature in Stripe. */
export interface StripeFeature extends FeatureContent {
  /** `feat_…` */
  readonly id: string;
  readonly active: boolean;
  readonly livemode: boolean;
}

interface Field {
  /** The name in Stripe's API. */
  readonly wireName: string;
  readonly schema: z.ZodType;
  /** Whether Stripe can update the field. */
  readonly isUpdatable: boolean;
}

/**
 * The fields of a feature that its creator chooses. Metadata and marker are one field in Stripe:
 * see below.
 */
const fields = {
  lookupKey: { wireName: "lookup_key", schema: z.string(), isUpdatable: false },
  name: { wireName: "name", schema: z.string(), isUpdatable: true },
} as const satisfies Record<Exclude<keyof FeatureContent, "metadata" | "marker">, Field>;

const fieldList = Object.entries(fields) as [keyof typeof fields, Field][];

const baseSchema = z.looseObject({
  id: z.string().min(1),
  object: z.literal("entitlements.feature"),
  active: z.boolean(),
  livemode: z.boolean(),
  metadata: metadataSchema,
});
const contentShape = Object.fromEntries(fieldList.map(([, { wireName, schema }]) => [wireName, schema]));
// The fields of the table are read by their names in the table.
const wireSchema = baseSchema.extend(contentShape) as typeof baseSchema;

interface WireFeature {
  readonly id: string;
  readonly livemode: boolean;
  readonly metadata: Metadata;
  readonly [wireName: string]: unknown;
}

/** Parses a feature. Fields that Stripe adds within an API version are accepted and ignored. */
export const featureSchema = wireSchema.transform(
  (wire): StripeFeature => ({ ...attachedFeature(wire), active: wire.active }),
);

/**
 * A feature as an attachment shows it. Whether it is active is not known: Stripe's own example
 * omits it (S19).
 */
export type AttachedFeature = Omit<StripeFeature, "active">;

/** Parses the feature inside an attachment. */
export const attachedFeatureSchema = wireSchema.partial({ active: true }).transform(attachedFeature);

function attachedFeature(wire: WireFeature): AttachedFeature {
  const content = Object.fromEntries(fieldList.map(([name, { wireName }]) => [name, wire[wireName]]));
  const { id, livemode, metadata } = wire;
  return { id, livemode, ...(content as Pick<FeatureContent, keyof typeof fields>), ...splitMarker(metadata) };
}

/** Returns the parameters that create a feature. */
export function createParams(content: FeatureContent): Record<string, unknown> {
  const params = fieldList.map(([name, { wireName }]) => [wireName, content[name]]);
  return { ...Object.fromEntries(params), metadata: withMarker(content) };
}

/**
 * Returns the parameters that make a feature equal `wanted`.
 *
 * @param known the metadata and the marker that the feature is believed to have: entries that are
 * not wanted are removed by name
 */
export function updateParams(wanted: FeatureContent, known: FeatureMetadata): Record<string, unknown> {
  const updatable = fieldList.filter(([, { isUpdatable }]) => isUpdatable);
  const params = updatable.map(([name, { wireName }]) => [wireName, wanted[name]]);
  return { ...Object.fromEntries(params), metadata: metadataChange(withMarker(wanted), withMarker(known)) };
}

/** The metadata of a feature, taken apart. */
export type FeatureMetadata = Pick<FeatureContent, "metadata" | "marker">;
