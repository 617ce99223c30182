import pLimit from "p-limit";
import { z } from "zod";
import type { StripeClient } from "./client";
import { apiPath } from "./path";
import {
  accountSchema,
  activeEntitlementSchema,
  deletedSchema,
  featureSchema,
  productFeatureSchema,
  productSchema,
  type StripeActiveEntitlement,
  type StripeFeature,
  type StripeProduct,
  type StripeProductFeature,
} from "./schemas";

/** A change of a feature's metadata: a value sets its key, `null` takes it away, keys left out stay [spec]. */
export type MetadataChange = Readonly<Record<string, string | null>>;

type Sequence = ReturnType<typeof pLimit>;

// A union would name no field of an answer that is neither.
const retrievedSchema = z.preprocess(
  (answer) => (deletedSchema.safeParse(answer).success ? undefined : answer),
  productFeatureSchema.optional(),
);

/** The endpoints of Stripe Entitlements that are used here, one request a call. */
export class StripeApi {
  readonly #sequences = new Map<string, Sequence>();

  constructor(private readonly client: StripeClient) {}

  createFeature(feature: { lookupKey: string; name: string; metadata: MetadataChange }): Promise<StripeFeature> {
    const { lookupKey, name, metadata } = feature;
    return this.client.post(apiPath`/v1/entitlements/features`, featureSchema, {
      lookup_key: lookupKey,
      name,
      metadata,
    });
  }

  retrieveFeature(id: string): Promise<StripeFeature> {
    return this.client.get(apiPath`/v1/entitlements/features/${id}`, featureSchema);
  }

  updateFeature(id: string, change: { name?: string; metadata?: MetadataChange }): Promise<StripeFeature> {
    return this.client.post(apiPath`/v1/entitlements/features/${id}`, featureSchema, change);
  }

  /** Final: an archived feature cannot be edited, attached or brought back [docs]. */
  archiveFeature(id: string): Promise<StripeFeature> {
    return this.client.post(apiPath`/v1/entitlements/features/${id}`, featureSchema, { active: false });
  }

  /** The active features, or the one with the lookup key. */
  activeFeatures(filter: { lookupKey?: string } = {}): AsyncGenerator<StripeFeature> {
    return this.#features({ archived: false, lookup_key: filter.lookupKey });
  }

  archivedFeatures(): AsyncGenerator<StripeFeature> {
    return this.#features({ archived: true });
  }

  /** Attaches the feature to the product. */
  attachFeature(product: string, feature: string): Promise<StripeProductFeature> {
    const target = apiPath`/v1/products/${product}/features`;
    const params = { entitlement_feature: feature };
    return this.#inSequence(product, () => this.client.post(target, productFeatureSchema, params));
  }

  /** The attachment; undefined once Stripe answers that it is deleted. */
  retrieveProductFeature(product: string, id: string): Promise<StripeProductFeature | undefined> {
    const target = apiPath`/v1/products/${product}/features/${id}`;
    return this.client.get(target, retrievedSchema);
  }

  productFeatures(product: string): AsyncGenerator<StripeProductFeature> {
    return this.client.list(apiPath`/v1/products/${product}/features`, productFeatureSchema);
  }

  /** Detaches the feature from the product. */
  async detachFeature(product: string, id: string): Promise<void> {
    const target = apiPath`/v1/products/${product}/features/${id}`;
    await this.#inSequence(product, () => this.client.delete(target, deletedSchema));
  }

  /** All products, archived ones too: they go on granting what they carry. Or only those that are active, or archived. */
  products(filter: { active?: boolean | undefined } = {}): AsyncGenerator<StripeProduct> {
    return this.client.list(apiPath`/v1/products`, productSchema, { active: filter.active });
  }

  /** What the customer is entitled to. */
  activeEntitlements(customer: string): AsyncGenerator<StripeActiveEntitlement> {
    return this.client.list(apiPath`/v1/entitlements/active_entitlements`, activeEntitlementSchema, { customer });
  }

  /** The account that the key belongs to, or acts on. */
  account(): Promise<{ id: string }> {
    return this.client.get(apiPath`/v1/account`, accountSchema);
  }

  async *#features(params: { archived: boolean; lookup_key?: string | undefined }): AsyncGenerator<StripeFeature> {
    // What an omitted `archived` returns is contradictory in Stripe's documentation: it is always sent, and `active` is looked at.
    for await (const feature of this.client.list(apiPath`/v1/entitlements/features`, featureSchema, params)) {
      if (feature.active !== params.archived) yield feature;
    }
  }

  /** Writes to one object that meet fail with `lock_timeout`: they are to be made one after the other [docs]. */
  #inSequence<T>(product: string, write: () => Promise<T>): Promise<T> {
    const sequence = this.#sequences.get(product) ?? pLimit(1);
    this.#sequences.set(product, sequence);
    return sequence(write);
  }
}
