import { type Choices, refusalError } from "../choices";
import { byPath, type Reference, resourceMissing } from "../errors";
import { randomId } from "../ids";
import type { Collection } from "../storage/storage";
import { type Feature, type FeatureRecord, type FeatureStore, featureBody } from "./features";
import { inCreationOrder, type Listed, NewestFirst, type Page, type PageRequest } from "./newest-first";
import type { ProductRecord } from "./products";

/**
 * `product_feature` as Stripe answers it: with the whole feature, and without the product.
 *
 * @see https://docs.stripe.com/api/product-feature
 */
export interface ProductFeature {
  readonly id: string;
  readonly object: "product_feature";
  readonly entitlement_feature: Feature;
  readonly livemode: boolean;
}

export interface ProductFeatureRecord extends Listed {
  readonly product: string;
  readonly feature: FeatureRecord;
}

/** An attachment as a record of the storage, with the feature by its id. */
export interface PersistedProductFeature extends Listed {
  readonly product: string;
  readonly feature: string;
}

/** The attachments of one product. */
class Attachments {
  readonly list = new NewestFirst<ProductFeatureRecord>();
  readonly byId = new Map<string, ProductFeatureRecord>();
  readonly byFeature = new Map<string, ProductFeatureRecord>();

  add(attachment: ProductFeatureRecord): void {
    this.list.add(attachment);
    this.byId.set(attachment.id, attachment);
    this.byFeature.set(attachment.feature.id, attachment);
  }

  remove(attachment: ProductFeatureRecord): void {
    this.list.remove(attachment);
    this.byId.delete(attachment.id);
    this.byFeature.delete(attachment.feature.id);
  }
}

/** The attachments of one account in one mode. */
export class ProductFeatureStore {
  readonly #byProduct = new Map<string, Attachments>();
  #created = 0;

  constructor(
    readonly livemode: boolean,
    readonly choices: Choices,
    readonly otherMode: () => ProductFeatureStore,
    readonly collection: Collection<PersistedProductFeature>,
    features: FeatureStore,
  ) {
    for (const record of inCreationOrder(collection.all())) {
      this.#insert({ ...record, feature: features.get(record.feature) });
    }
  }

  attach(product: ProductRecord, feature: FeatureRecord): ProductFeatureRecord {
    const names = { product: product.id, feature: feature.id };
    if (!feature.active) throw refusalError(this.choices.attachArchived, names);
    if (!product.active && this.choices.attachToInactiveProduct !== "accepted") {
      throw refusalError(this.choices.attachToInactiveProduct, names);
    }
    if (this.findByFeature(product.id, feature.id) !== undefined) throw refusalError(this.choices.attachedTwice, names);
    const attachment = { id: randomId("prodft_"), sequence: this.#created, product: product.id, feature };
    this.#insert(attachment);
    this.collection.put(attachment.id, { ...attachment, feature: feature.id });
    return attachment;
  }

  has(productId: string, id: string): boolean {
    return this.#byProduct.get(productId)?.byId.has(id) ?? false;
  }

  get(productId: string, id: string, reference: Reference = byPath): ProductFeatureRecord {
    const attachment = this.#byProduct.get(productId)?.byId.get(id);
    if (attachment !== undefined) return attachment;
    throw resourceMissing({
      noun: this.choices.nouns.productFeature,
      otherModeHint: this.choices.otherModeHint,
      id,
      ...reference,
      livemode: this.livemode,
      inOtherMode: this.otherMode().has(productId, id),
    });
  }

  findByFeature(productId: string, featureId: string): ProductFeatureRecord | undefined {
    return this.#byProduct.get(productId)?.byFeature.get(featureId);
  }

  detach(attachment: ProductFeatureRecord): void {
    this.#byProduct.get(attachment.product)?.remove(attachment);
    this.collection.remove(attachment.id);
  }

  detachAll(productId: string): void {
    for (const { id } of this.all(productId)) this.collection.remove(id);
    this.#byProduct.delete(productId);
  }

  list(productId: string, page: PageRequest): Page<ProductFeatureRecord> {
    return this.#byProduct.get(productId)?.list.page(page) ?? { data: [], hasMore: false };
  }

  all(productId: string): readonly ProductFeatureRecord[] {
    return this.#byProduct.get(productId)?.list.all() ?? [];
  }

  #insert(attachment: ProductFeatureRecord): void {
    this.#created = attachment.sequence + 1;
    this.#of(attachment.product).add(attachment);
  }

  #of(productId: string): Attachments {
    const known = this.#byProduct.get(productId);
    if (known !== undefined) return known;
    const attachments = new Attachments();
    this.#byProduct.set(productId, attachments);
    return attachments;
  }
}

export function productFeatureBody(attachment: ProductFeatureRecord, livemode: boolean): ProductFeature {
  return {
    id: attachment.id,
    object: "product_feature",
    entitlement_feature: featureBody(attachment.feature, livemode),
    livemode,
  };
}
