import pLimit from "p-limit";
import type { StripeApi } from "../../stripe/api";
import { isMissing } from "../../stripe/errors";
import type { StripeProduct, StripeProductFeature } from "../../stripe/schemas";

const concurrency = 8;

/** A product that carries a feature. */
export interface AttachedProduct {
  /** The name is unknown where the run attached the feature after the scan. */
  readonly product: { readonly id: string; readonly name?: string };
  /** The id of the attachment, `prodft_…`. */
  readonly productFeature: string;
}

/**
 * Finds the products that carry a feature. Stripe has no such list, so all products of the account
 * are scanned once per run: one request per product, and one per 100. Attachments
 * and detaches of this run are taken into account.
 */
export class ProductScan {
  /** The most products that are scanned: at 24 requests a second about 40 seconds. */
  readonly maxProducts = 1_000;
  #attached: Promise<ReadonlyMap<string, readonly AttachedProduct[]> | undefined> | undefined;
  readonly #attachedLater = new Map<string, readonly AttachedProduct[]>();
  readonly #detached = new Set<string>();

  constructor(private readonly stripe: StripeApi) {}

  /**
   * Returns the products that carry the feature. Undefined if the account has over 1,000 products.
   */
  async findProductsWith(feature: string): Promise<readonly AttachedProduct[] | undefined> {
    this.#attached ??= this.#scan();
    const attached = await this.#attached;
    if (attached === undefined) return undefined;
    const scanned = attached.get(feature) ?? [];
    const isScanned = (id: string) => scanned.some(({ productFeature }) => productFeature === id);
    const later = (this.#attachedLater.get(feature) ?? []).filter(({ productFeature }) => !isScanned(productFeature));
    return [...scanned, ...later].filter(({ productFeature }) => !this.#detached.has(productFeature));
  }

  /**
   * Returns those of the products that still carry a feature: another process may have detached it
   * since the scan.
   */
  async confirm(carriers: readonly AttachedProduct[]): Promise<readonly AttachedProduct[]> {
    const attached = await Promise.all(carriers.map(({ product }) => this.#attachmentsOf(product)));
    return carriers.filter(({ productFeature }, index) => attached[index]?.some(({ id }) => id === productFeature));
  }

  /** Records an attachment that a resource has created or adopted. A later scan finds it. */
  noteAttached(product: string, { id, feature }: StripeProductFeature): void {
    if (this.#attached === undefined) return;
    const known = this.#attachedLater.get(feature.id) ?? [];
    this.#attachedLater.set(feature.id, [...known, { product: { id: product }, productFeature: id }]);
  }

  /** Records that an attachment is gone. */
  noteDetached(productFeature: string): void {
    this.#detached.add(productFeature);
  }

  async #scan(): Promise<ReadonlyMap<string, readonly AttachedProduct[]> | undefined> {
    const products = await this.#findProducts();
    if (products === undefined) return undefined;
    const attached = new Map<string, AttachedProduct[]>();
    const limit = pLimit(concurrency);
    const scanProduct = async (product: StripeProduct) => {
      for (const { id, feature } of await this.#attachmentsOf(product)) {
        const known = attached.get(feature.id) ?? [];
        attached.set(feature.id, [...known, { product, productFeature: id }]);
      }
    };
    await Promise.all(products.map((product) => limit(scanProduct, product)));
    return attached;
  }

  async #attachmentsOf(product: AttachedProduct["product"]): Promise<readonly StripeProductFeature[]> {
    try {
      return await Array.fromAsync(this.stripe.productFeatures(product.id));
    } catch (error) {
      // The product was deleted after it was listed.
      if (isMissing(error)) return [];
      throw error;
    }
  }

  async #findProducts(): Promise<readonly StripeProduct[] | undefined> {
    const products: StripeProduct[] = [];
    for await (const product of this.stripe.products()) {
      if (products.length === this.maxProducts) return undefined;
      products.push(product);
    }
    return products;
  }
}
