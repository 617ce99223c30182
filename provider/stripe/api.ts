import * as z from "../zod";
import type { ListOptions, StripeClient } from "./client";
import { isMissing } from "./errors";
import {
  createParams,
  type FeatureContent,
  type FeatureMetadata,
  featureSchema,
  type StripeFeature,
  updateParams,
} from "./feature";
import { withMarker } from "./metadata";
import type { ListPage, PageRequest } from "./pages";
import { apiPath } from "./path";
import {
  accountSchema,
  activeEntitlementSchema,
  balanceSchema,
  deletedSchema,
  productFeatureSchema,
  productSchema,
  type StripeActiveEntitlement,
  type StripeProduct,
  type StripeProductFeature,
} from "./schemas";

// Not a union: its error would name no field of an answer that is neither.
const foundProductFeatureSchema = z.preprocess(
  (answer) => (deletedSchema.safeParse(answer).success ? undefined : answer),
  productFeatureSchema.optional(),
);

/**
 * Requests a second. A page takes about 100 ms, so more would not make the longest list of a
 * refresh faster.
 */
const reservedRate = 10;

/**
 * The endpoints of Stripe Entitlements that this package uses. A call is one request, a list one
 * per page of 100. `find…` returns undefined for an object that does not exist.
 */
export class StripeApi {
  constructor(private readonly client: StripeClient) {}

  createFeature(content: FeatureContent): Promise<StripeFeature> {
    return this.client.post(apiPath`/v1/entitlements/features`, featureSchema, createParams(content));
  }

  /** Returns the feature, active or archived. */
  findFeature(id: string): Promise<StripeFeature | undefined> {
    return undefinedIfMissing(() => this.client.get(apiPath`/v1/entitlements/features/${id}`, featureSchema));
  }

  /** Returns the active feature with the lookup key. */
  async findActiveFeature(lookupKey: string): Promise<StripeFeature | undefined> {
    for await (const feature of this.#features({ archived: false, lookup_key: lookupKey })) {
      if (feature.lookupKey === lookupKey) return feature;
    }
    return undefined;
  }

  /**
   * Makes the feature equal `wanted`. The answer shows entries of the metadata that `known` does
   * not name: they remain.
   */
  updateFeature(id: string, wanted: FeatureContent, known: FeatureMetadata): Promise<StripeFeature> {
    return this.client.post(apiPath`/v1/entitlements/features/${id}`, featureSchema, updateParams(wanted, known));
  }

  /** Writes the marker, and changes nothing else: Stripe merges metadata (S48). */
  writeMarker(id: string, marker: string): Promise<StripeFeature> {
    const metadata = withMarker({ metadata: {}, marker });
    return this.client.post(apiPath`/v1/entitlements/features/${id}`, featureSchema, { metadata });
  }

  /**
   * Archives the feature. This is permanent: it cannot be edited, attached or activated again (S5,
   * S6).
   */
  archiveFeature(id: string): Promise<StripeFeature> {
    return this.client.post(apiPath`/v1/entitlements/features/${id}`, featureSchema, { active: false });
  }

  /**
   * Lists the active features.
   *
   * @param near the id of the feature that is needed first, as in {@link ListOptions}
   */
  activeFeatures(near?: string): AsyncGenerator<StripeFeature> {
    return this.#features({ archived: false }, { reservedRate, near });
  }

  /** Lists the archived features. */
  archivedFeatures(): AsyncGenerator<StripeFeature> {
    return this.#features({ archived: true });
  }

  /**
   * Returns one page of the active features.
   *
   * @param lookupKey of the only feature to return. Default: all.
   */
  async activeFeaturePage(lookupKey: string | undefined, request: PageRequest): Promise<ListPage<StripeFeature>> {
    const params = { archived: false, lookup_key: lookupKey };
    const { items, cursor } = await this.client.page(
      apiPath`/v1/entitlements/features`,
      featureSchema,
      params,
      request,
    );
    const isWanted = (feature: StripeFeature) =>
      feature.active && (lookupKey === undefined || feature.lookupKey === lookupKey);
    return { items: items.filter(isWanted), cursor };
  }

  // Concurrent writes to one product fail with `lock_timeout` (S85).
  attachFeature(product: string, feature: string): Promise<StripeProductFeature> {
    const target = apiPath`/v1/products/${product}/features`;
    return this.client.post(target, productFeatureSchema, { entitlement_feature: feature }, { sequence: product });
  }

  findProductFeature(product: string, id: string): Promise<StripeProductFeature | undefined> {
    const target = () => apiPath`/v1/products/${product}/features/${id}`;
    return undefinedIfMissing(() => this.client.get(target(), foundProductFeatureSchema));
  }

  /** Lists the attachments of a product. */
  productFeatures(product: string): AsyncGenerator<StripeProductFeature> {
    return this.client.list(apiPath`/v1/products/${product}/features`, productFeatureSchema);
  }

  /** Returns one page of the attachments of a product. */
  productFeaturePage(product: string, request: PageRequest): Promise<ListPage<StripeProductFeature>> {
    return this.client.page(apiPath`/v1/products/${product}/features`, productFeatureSchema, {}, request);
  }

  async detachFeature(product: string, id: string): Promise<void> {
    await this.client.delete(apiPath`/v1/products/${product}/features/${id}`, deletedSchema, { sequence: product });
  }

  /** Lists the products, active and archived. `active` limits the list to one of the two. */
  products(filter: { active?: boolean | undefined } = {}): AsyncGenerator<StripeProduct> {
    return this.client.list(apiPath`/v1/products`, productSchema, { active: filter.active });
  }

  /** Lists the features that the customer may use. */
  activeEntitlements(customer: string): AsyncGenerator<StripeActiveEntitlement> {
    return this.client.list(apiPath`/v1/entitlements/active_entitlements`, activeEntitlementSchema, { customer });
  }

  /** Returns the account of the API key, or the one that it acts on. */
  getAccount(): Promise<{ id: string }> {
    return this.client.get(apiPath`/v1/account`, accountSchema);
  }

  /** Returns the balance of that account, in the mode of the key (S108). */
  getBalance(): Promise<{ livemode: boolean }> {
    return this.client.get(apiPath`/v1/balance`, balanceSchema);
  }

  async *#features(
    params: { archived: boolean; lookup_key?: string | undefined },
    options?: ListOptions,
  ): AsyncGenerator<StripeFeature> {
    // The result without `archived` is not published (S13).
    const list = this.client.list(apiPath`/v1/entitlements/features`, featureSchema, params, options);
    for await (const feature of list) {
      if (feature.active !== params.archived) yield feature;
    }
  }
}

async function undefinedIfMissing<T>(get: () => Promise<T>): Promise<T | undefined> {
  try {
    return await get();
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
