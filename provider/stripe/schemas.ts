import { z } from "zod";

const metadataSchema = z
  .record(z.string(), z.string())
  .nullish()
  .transform((metadata) => metadata ?? {});

/**
 * The parts of Stripe's objects that are used here [spec]. Loose: Stripe adds fields within an API version, and a new one
 * must not stop a run.
 */
export const featureSchema = z.looseObject({
  id: z.string().min(1),
  object: z.literal("entitlements.feature"),
  active: z.boolean(),
  livemode: z.boolean(),
  lookup_key: z.string(),
  name: z.string(),
  metadata: metadataSchema,
});
/** A feature as Stripe answers it: `feat_…`. */
export type StripeFeature = z.infer<typeof featureSchema>;

export const productFeatureSchema = z.looseObject({
  id: z.string().min(1),
  object: z.literal("product_feature"),
  livemode: z.boolean(),
  // Inlined in full, but Stripe's reference example omits `active` inside it [docs].
  entitlement_feature: featureSchema.partial({ active: true }),
});
/** A feature's attachment to a product, as Stripe answers it: `prodft_…`. It does not name its product. */
export type StripeProductFeature = z.infer<typeof productFeatureSchema>;

export const deletedSchema = z.looseObject({ id: z.string().min(1), deleted: z.literal(true) });

export const productSchema = z.looseObject({
  id: z.string().min(1),
  object: z.literal("product"),
  name: z.string(),
  active: z.boolean(),
  livemode: z.boolean(),
  metadata: metadataSchema,
});
/** A product as Stripe answers it: `prod_…`, or the id that it was given. */
export type StripeProduct = z.infer<typeof productSchema>;

export const activeEntitlementSchema = z.looseObject({
  id: z.string().min(1),
  object: z.literal("entitlements.active_entitlement"),
  livemode: z.boolean(),
  lookup_key: z.string(),
  // The id; the feature itself only where it is asked for [spec].
  feature: z.string().min(1),
});
/** What a customer is entitled to, as Stripe answers it: `ent_…`. */
export type StripeActiveEntitlement = z.infer<typeof activeEntitlementSchema>;

/** The account that a key belongs to: `acct_…`. */
export const accountSchema = z.looseObject({ id: z.string().min(1), object: z.literal("account") });

export const errorSchema = z.looseObject({
  error: z.looseObject({
    type: z.string().optional(),
    code: z.string().nullish(),
    message: z.string().nullish(),
    param: z.string().nullish(),
  }),
});

/** One page of a list. */
export const pageSchema = <Item extends z.ZodType<{ id: string }>>(item: Item) =>
  z.looseObject({ data: z.array(item), has_more: z.boolean() });
