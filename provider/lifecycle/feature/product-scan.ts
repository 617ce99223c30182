import pLimit from "p-limit";
import type { StripeApi } from "../../stripe/api";
import { isMissing } from "../../stripe/errors";
import type { StripeProduct, StripeProductFeature } from "../../stripe/schemas";
import { EntitlementsError } from "../errors";

/** The most products that are scanned: at 24 requests a second about 40 seconds. */
const maxProducts = 1_000;
const concurrency = 8;

/** A product that carries a feature. */
export interface AttachedProduct {
  readonly product: StripeProduct;
  /** The id of the attachment, `prodft_…`. */
  readonly productFeature: string;
}

/**
 * Finds the products that carry a feature. Stripe has no such list, so all products of the account
 * are scanned once per run: one request per product, and one per 100. Detaches of this run are
 * taken into account.
 */
export class ProductScan {
  #attached: Promise<ReadonlyMap<string, readonly AttachedProduct[]>> | undefined;
  readonly #detached = new Set<string>();

  constructor(private readonly stripe: StripeApi) {}

  /**
   * Returns the products that carry the feature.
   *
   * @throws EntitlementsError when the account has more than 1,000 products
   */
  async productsWith(feature: string): Promise<readonly AttachedProduct[]> {
    this.#attached ??= this.#scan();
    const attached = (await this.#attached).get(feature) ?? [];
    return attached.filter(({ productFeature }) => !this.#detached.has(productFeature));
  }

  /** Records that an attachment is gone. */
  noteDetached(productFeature: string): void {
    this.#detached.add(productFeature);
  }

  async #scan(): Promise<ReadonlyMap<string, readonly AttachedProduct[]>> {
    const products = await this.#products();
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

  async #attachmentsOf(product: StripeProduct): Promise<readonly StripeProductFeature[]> {
    try {
      return await Array.fromAsync(this.stripe.productFeatures(product.id));
    } catch (error) {
      // The product was deleted after it was listed.
      if (isMissing(error)) return [];
      throw error;
    }
  }

  async #products(): Promise<readonly StripeProduct[]> {
    const products: StripeProduct[] = [];
    for await (const product of this.stripe.products()) {
      products.push(product);
      if (products.length > maxProducts) throw tooManyProducts();
    }
    return products;
  }
}

function tooManyProducts(): EntitlementsError {
  return new EntitlementsError(
    `the account has more than ${maxProducts} products, so they are not searched for the feature`,
    {
      kind: "stillAttached",
      hint:
        "To archive the feature without the search, set archiveWhileAttached on it, or " +
        "STRIPE_ENTITLEMENTS_ARCHIVE_WHILE_ATTACHED=true for this run.",
    },
  );
}
