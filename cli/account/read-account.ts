import pLimit from "p-limit";
import type { StripeApi } from "../../provider/stripe/api";
import { isMissing } from "../../provider/stripe/errors";
import type { StripeFeature } from "../../provider/stripe/feature";
import type { StripeProduct, StripeProductFeature } from "../../provider/stripe/schemas";
import type { Progress } from "../progress";
import { counted } from "../texts";
import type { Connection } from "./connection";
import { explained } from "./request-errors";

/** How many products are read at the same time. More would not be faster: the rate is limited. */
const concurrentProducts = 8;

/** A product with the features that it carries. */
export interface ProductWithFeatures extends StripeProduct {
  /** By lookup key, those of archived features too. */
  readonly attachments: readonly StripeProductFeature[];
}

/** The objects of an account in one mode, each list sorted by lookup key or id. */
export interface AccountContent extends Pick<Connection, "account" | "mode"> {
  /** The active features. */
  readonly features: readonly StripeFeature[];
  /** The archived features. Empty unless they were asked for. */
  readonly archivedFeatures: readonly StripeFeature[];
  /** The products that were asked for. */
  readonly products: readonly ProductWithFeatures[];
  /** The products that were left out. Their attachments are not known. */
  readonly otherProducts: readonly StripeProduct[];
}

/** The choice of the objects that {@link readAccount} reads. */
export interface ReadOptions {
  /** Whether the attachments of the product are read. Default: of every product. */
  readonly isWanted?: (product: StripeProduct) => boolean;
  /** Whether the archived features are read. Default: false. */
  readonly archivedFeatures?: boolean;
}

/**
 * Reads the features, products and attachments of an account. With F features, P products and A_p
 * attachments of a product, it sends `⌈F/100⌉ + ⌈P/100⌉ + Σ⌈A_p/100⌉` requests.
 *
 * @throws EntitlementsError when a request fails. It then sends no further ones.
 */
export async function readAccount(
  { stripe, account, mode }: Connection,
  progress: Progress,
  { isWanted = () => true, archivedFeatures = false }: ReadOptions = {},
): Promise<AccountContent> {
  const reader = new AccountReader(stripe, progress);
  const features = await reader.features("Features", stripe.activeFeatures());
  const archived = archivedFeatures ? await reader.features("Archived features", stripe.archivedFeatures()) : [];
  const all = await reader.products();
  return {
    account,
    mode,
    features,
    archivedFeatures: archived,
    products: await reader.withAttachments(all.filter(isWanted)),
    otherProducts: all.filter((product) => !isWanted(product)),
  };
}

/** Reads the lists of one account, and counts what it has read. */
class AccountReader {
  #features = 0;
  #products = 0;
  #productsRead = 0;
  #attachments = 0;

  constructor(
    private readonly stripe: StripeApi,
    private readonly progress: Progress,
  ) {}

  async features(subject: string, list: AsyncIterable<StripeFeature>): Promise<readonly StripeFeature[]> {
    const features = await this.#collect(subject, list, () => {
      this.#features += 1;
    });
    return features.toSorted((one, other) => compare(one.lookupKey, other.lookupKey) || compare(one.id, other.id));
  }

  async products(): Promise<readonly StripeProduct[]> {
    const products = await this.#collect("Products", this.stripe.products(), () => {
      this.#products += 1;
    });
    return products.toSorted((one, other) => compare(one.id, other.id));
  }

  /** Reads the attachments. A product that was deleted in the meantime is left out. */
  async withAttachments(products: readonly StripeProduct[]): Promise<readonly ProductWithFeatures[]> {
    this.#products = products.length;
    const limit = pLimit(concurrentProducts);
    try {
      const found = await Promise.all(products.map((product) => limit(() => this.#withAttachments(product))));
      return found.filter((product) => product !== undefined);
    } finally {
      limit.clearQueue();
    }
  }

  async #withAttachments(product: StripeProduct): Promise<ProductWithFeatures | undefined> {
    const list = () =>
      this.#collect(`Product ${product.id}`, this.stripe.productFeatures(product.id), () => {
        this.#attachments += 1;
      });
    const attachments = await list().catch((error: Error) => {
      if (isMissing(error.cause)) return undefined;
      throw error;
    });
    this.#productsRead += 1;
    if (attachments === undefined) return undefined;
    const sorted = attachments.toSorted((one, other) => compare(one.feature.lookupKey, other.feature.lookupKey));
    return { ...product, attachments: sorted };
  }

  async #collect<T>(subject: string, list: AsyncIterable<T>, count: () => void): Promise<T[]> {
    const items: T[] = [];
    await explained(subject, async () => {
      for await (const item of list) {
        items.push(item);
        count();
        this.#report();
      }
    });
    return items;
  }

  #report(): void {
    const features = counted(this.#features, "feature");
    const products = `${this.#productsRead} of ${counted(this.#products, "product")}`;
    this.progress.update(`Read ${features}, ${products}, ${counted(this.#attachments, "attachment")}`);
  }
}

/** Returns how many attachments the products have together. */
export function attachmentCount(products: readonly ProductWithFeatures[]): number {
  return products.reduce((sum, { attachments }) => sum + attachments.length, 0);
}

/** Compares by code units, so that the order is the same on every machine. */
export function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
