import * as z from "../zod";
import { type AttachedFeature, attachedFeatureSchema } from "./feature";
import { type Metadata, metadataSchema } from "./metadata";

// The schemas parse only the fields that are used, and accept others: Stripe adds fields within an
// API version.

/** The attachment of a feature to a product. Stripe's answer does not name the product (S18). */
export interface StripeProductFeature {
  /** `prodft_…` */
  readonly id: string;
  readonly livemode: boolean;
  readonly feature: AttachedFeature;
}

/** Parses an attachment. */
export const productFeatureSchema = z
  .looseObject({
    id: z.string().min(1),
    object: z.literal("product_feature"),
    livemode: z.boolean(),
    entitlement_feature: attachedFeatureSchema,
  })
  .transform(
    ({ id, livemode, entitlement_feature }): StripeProductFeature => ({ id, livemode, feature: entitlement_feature }),
  );

/** Parses the answer to a delete. */
export const deletedSchema = z.looseObject({ id: z.string().min(1), deleted: z.literal(true) });

/** A product in Stripe. */
export interface StripeProduct {
  /** `prod_…`, or the id that its creator chose. */
  readonly id: string;
  readonly name: string;
  readonly active: boolean;
  readonly livemode: boolean;
  readonly metadata: Metadata;
}

/** Parses a product. */
export const productSchema = z
  .looseObject({
    id: z.string().min(1),
    object: z.literal("product"),
    name: z.string(),
    active: z.boolean(),
    livemode: z.boolean(),
    metadata: metadataSchema,
  })
  .transform(({ id, name, active, livemode, metadata }): StripeProduct => ({ id, name, active, livemode, metadata }));

/** A feature that a customer may use. */
export interface StripeActiveEntitlement {
  /** `ent_…` */
  readonly id: string;
  readonly livemode: boolean;
  readonly lookupKey: string;
  /** The feature's id, `feat_…`. */
  readonly feature: string;
}

/** Parses an active entitlement that is not expanded. */
export const activeEntitlementSchema = z
  .looseObject({
    id: z.string().min(1),
    object: z.literal("entitlements.active_entitlement"),
    livemode: z.boolean(),
    lookup_key: z.string(),
    feature: z.string().min(1),
  })
  .transform(
    ({ id, livemode, lookup_key, feature }): StripeActiveEntitlement => ({
      id,
      livemode,
      lookupKey: lookup_key,
      feature,
    }),
  );

/** Parses the account of an API key, `acct_…`. */
export const accountSchema = z.looseObject({ id: z.string().min(1), object: z.literal("account") });

/** Parses the part of a balance that tells its mode. */
export const balanceSchema = z.looseObject({ object: z.literal("balance"), livemode: z.boolean() });

/** Parses an error. */
export const errorSchema = z.looseObject({
  error: z.looseObject({
    type: z.string().optional(),
    code: z.string().nullish(),
    message: z.string().nullish(),
    param: z.string().nullish(),
  }),
});

/** Returns the schema of one page of a list. */
export const pageSchema = <Item extends z.ZodType<{ id: string }>>(item: Item) =>
  z.looseObject({ data: z.array(item), has_more: z.boolean() });
