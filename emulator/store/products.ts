import type { Choices } from "../choices";
import { byPath, type Reference, resourceMissing, StripeError } from "../errors";
import { randomId } from "../ids";
import type { Collection } from "../storage/storage";
import { applyMetadata, type Metadata, type MetadataPatch } from "./metadata";
import { inCreationOrder, type Listed, NewestFirst, type Page, type PageRequest } from "./newest-first";

/** Texts of a product that a request can set and unset. */
export interface ProductTexts {
  readonly description: string | null;
  readonly statement_descriptor: string | null;
  readonly tax_code: string | null;
  readonly unit_label: string | null;
  readonly url: string | null;
}

/**
 * `product` as Stripe answers it. Everything about prices and shipping is empty.
 *
 * @see https://docs.stripe.com/api/products
 */
export interface Product extends ProductTexts {
  readonly id: string;
  readonly object: "product";
  readonly active: boolean;
  /** Seconds since 1970. */
  readonly created: number;
  readonly default_price: null;
  readonly images: readonly string[];
  readonly livemode: boolean;
  readonly marketing_features: readonly object[];
  readonly metadata: Metadata;
  readonly name: string;
  readonly package_dimensions: null;
  readonly shippable: null;
  readonly type: "service";
  /** Seconds since 1970. */
  readonly updated: number;
}

export interface ProductRecord extends Listed {
  readonly created: number;
  updated: number;
  name: string;
  active: boolean;
  metadata: Metadata;
  texts: ProductTexts;
}

export interface ProductEdit {
  readonly name?: string | undefined;
  readonly active?: boolean | undefined;
  readonly metadata?: MetadataPatch | undefined;
  readonly texts?: Partial<ProductTexts> | undefined;
}

const noTexts: ProductTexts = {
  description: null,
  statement_descriptor: null,
  tax_code: null,
  unit_label: null,
  url: null,
};

/** The products of one account in one mode. */
export class ProductStore {
  readonly #byId = new Map<string, ProductRecord>();
  readonly #all = new NewestFirst<ProductRecord>();
  readonly #active = new NewestFirst<ProductRecord>();
  readonly #inactive = new NewestFirst<ProductRecord>();
  #created = 0;

  constructor(
    readonly livemode: boolean,
    readonly choices: Choices,
    readonly otherMode: () => ProductStore,
    readonly collection: Collection<ProductRecord>,
  ) {
    for (const product of inCreationOrder(collection.all())) this.#insert(product);
  }

  create({ id = randomId("prod_", 14), ...input }: ProductEdit & { name: string; id?: string | undefined }) {
    if (this.#byId.has(id)) {
      throw new StripeError(400, { code: "resource_already_exists", message: "Product already exists.", param: "id" });
    }
    const now = seconds();
    const product: ProductRecord = {
      id,
      sequence: this.#created,
      created: now,
      updated: now,
      name: input.name,
      active: input.active ?? true,
      metadata: applyMetadata({}, input.metadata ?? {}, this.choices.lengthUnit),
      texts: { ...noTexts, ...input.texts },
    };
    this.#insert(product);
    this.collection.put(id, product);
    return product;
  }

  has(id: string): boolean {
    return this.#byId.has(id);
  }

  get(id: string, reference: Reference = byPath): ProductRecord {
    const product = this.#byId.get(id);
    if (product !== undefined) return product;
    throw resourceMissing({
      noun: this.choices.nouns.product,
      otherModeHint: this.choices.otherModeHint,
      id,
      ...reference,
      livemode: this.livemode,
      inOtherMode: this.otherMode().has(id),
    });
  }

  update(id: string, edit: ProductEdit): ProductRecord {
    const product = this.get(id);
    if (edit.metadata !== undefined) {
      product.metadata = applyMetadata(product.metadata, edit.metadata, this.choices.lengthUnit);
    }
    product.name = edit.name ?? product.name;
    product.texts = { ...product.texts, ...edit.texts };
    product.updated = seconds();
    if (edit.active !== undefined && edit.active !== product.active) {
      this.#withStatus(product.active).remove(product);
      product.active = edit.active;
      this.#withStatus(product.active).add(product);
    }
    this.collection.put(id, product);
    return product;
  }

  delete(id: string): void {
    const product = this.get(id);
    this.#byId.delete(id);
    this.#all.remove(product);
    this.#withStatus(product.active).remove(product);
    this.collection.remove(id);
  }

  list(filter: { active?: boolean | undefined; ids?: readonly string[] | undefined }, page: PageRequest) {
    if (filter.ids !== undefined) return this.#listIds(filter.ids, filter.active, page);
    return (filter.active === undefined ? this.#all : this.#withStatus(filter.active)).page(page);
  }

  all(): readonly ProductRecord[] {
    return this.#all.all();
  }

  #insert(product: ProductRecord): void {
    this.#created = product.sequence + 1;
    this.#byId.set(product.id, product);
    this.#all.add(product);
    this.#withStatus(product.active).add(product);
  }

  #listIds(ids: readonly string[], active: boolean | undefined, page: PageRequest): Page<ProductRecord> {
    const matching = new NewestFirst<ProductRecord>();
    for (const id of new Set(ids)) {
      const product = this.#byId.get(id);
      if (product !== undefined && (active === undefined || product.active === active)) matching.add(product);
    }
    return matching.page(page);
  }

  #withStatus(active: boolean): NewestFirst<ProductRecord> {
    return active ? this.#active : this.#inactive;
  }
}

export function productBody(product: ProductRecord, livemode: boolean): Product {
  return {
    id: product.id,
    object: "product",
    active: product.active,
    created: product.created,
    default_price: null,
    images: [],
    livemode,
    marketing_features: [],
    metadata: { ...product.metadata },
    name: product.name,
    package_dimensions: null,
    shippable: null,
    type: "service",
    updated: product.updated,
    ...product.texts,
  };
}

const seconds = () => Math.floor(Date.now() / 1000);
