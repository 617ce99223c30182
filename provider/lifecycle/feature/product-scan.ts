import pLimit from "p-limit";
import type { StripeApi } from "../../stripe/api";
import { isMissing } from "../../stripe/errors";
import type { StripeProduct, StripeProductFeature } from "../../stripe/schemas";
import { EntitlementsError } from "../errors";

/** Of products that are looked through: at 24 requests a second about 40 seconds. */
const maxProducts = 1_000;
const concurrency = 8;

/** A product that carries a feature. */
export interface AttachedProduct {
  readonly product: StripeProduct;
  readonly productFeature: string;
}

/**
 * Finds the products that carry a feature. Stripe has no such list, so all products of the account are looked through once a run: one request
 * for each, and one for every 100. What this run detaches meanwhile is taken into account.
 */
export class ProductScan {
  #carriers: Promise<ReadonlyMap<string, readonly AttachedProduct[]>> | undefined;
  readonly #detached = new Set<string>();

  constructor(private readonly stripe: StripeApi) {}

  /** The products that carry the feature, but for those from which this run has detached it. */
  async productsWith(feature: string): Promise<readonly AttachedProduct[]> {
    this.#carriers ??= this.#scan();
    const carriers = (await this.#carriers).get(feature) ?? [];
    return carriers.filter(({ productFeature }) => !this.#detached.has(productFeature));
  }

  /** To be called when an attachment is gone. */
  noteDetached(productFeature: string): void {
    this.#detached.add(productFeature);
  }

  async #scan(): Promise<ReadonlyMap<string, readonly AttachedProduct[]>> {
    const products = await this.#products();
    const carriers = new Map<string, AttachedProduct[]>();
    const limit = pLimit(concurrency);
    const scanProduct = async (product: StripeProduct) => {
      for (const { id, entitlement_feature } of await this.#attachmentsOf(product)) {
        const known = carriers.get(entitlement_feature.id) ?? [];
        carriers.set(entitlement_feature.id, [...known, { product, productFeature: id }]);
      }
    };
    await Promise.all(products.map((product) => limit(scanProduct, product)));
    return carriers;
  }

  async #attachmentsOf(product: StripeProduct): Promise<readonly StripeProductFeature[]> {
    try {
      return await Array.fromAsync(this.stripe.productFeatures(product.id));
    } catch (error) {
      // Deleted since it was listed.
      if (isMissing(error)) return [];
      throw error;
    }
  }

  async #products(): Promise<readonly StripeProduct[]> {
    const products: StripeProduct[] = [];
    for await (const product of this.stripe.products()) {
      products.push(product);
      if (products.length > maxProducts) {
        throw new EntitlementsError(
          `the account has more than ${maxProducts} products: whether one of them carries the feature is not looked up`,
          {
            hint: "Set archiveWhileAttached on the feature, or STRIPE_ENTITLEMENTS_ARCHIVE_WHILE_ATTACHED=true for this run, to archive it all the same.",
          },
        );
      }
    }
    return products;
  }
}
