import { setTimeout as sleep } from "node:timers/promises";
import type { Entitlements } from "./entitlements";
import { isStripeError } from "./errors";
import type { StripeFeature, StripeProductFeature } from "./schemas";

/**
 * Milliseconds that the first read waits for company. A refresh asks for several resources within a few milliseconds of each
 * other; a lone `.get()` should not cost a whole list.
 */
const companyWait = 25;

/**
 * Reads of single objects, answered from lists: a refresh of 1,000 features is 10 requests instead of 1,000 (Stripe counts reads
 * [docs]). It lives as long as the provider process, that is one preview, update, refresh or destroy.
 */
export class Snapshot {
  readonly #company = new Company();
  #features: ListedObjects<StripeFeature> | undefined;
  readonly #productFeatures = new Map<string, ListedObjects<StripeProductFeature>>();

  constructor(private readonly stripe: Entitlements) {}

  /** The feature, archived or not; undefined when there is none. */
  findFeature(id: string): Promise<StripeFeature | undefined> {
    this.#features ??= new ListedObjects(
      this.#company,
      () => this.stripe.activeFeatures(),
      (featureId) => this.stripe.retrieveFeature(featureId),
    );
    return this.#features.find(id);
  }

  /** The attachment; undefined when it, or the product, is gone. */
  findProductFeature(product: string, id: string): Promise<StripeProductFeature | undefined> {
    const ofProduct =
      this.#productFeatures.get(product) ??
      new ListedObjects(
        this.#company,
        () => this.stripe.productFeatures(product),
        (productFeatureId) => this.stripe.retrieveProductFeature(product, productFeatureId),
      );
    this.#productFeatures.set(product, ofProduct);
    return ofProduct.find(id);
  }

  /** To be called after a write: what was listed before it is no longer the truth. */
  forgetFeatures(): void {
    this.#features = undefined;
  }

  forgetProductFeatures(product: string): void {
    this.#productFeatures.delete(product);
  }
}

/** Tells a lone read from the many of a refresh. */
class Company {
  #reads = 0;

  async isAlone(): Promise<boolean> {
    this.#reads += 1;
    if (this.#reads === 1) await sleep(companyWait);
    return this.#reads === 1;
  }
}

class ListedObjects<T extends { id: string }> {
  #listed: Promise<ReadonlyMap<string, T>> | undefined;

  constructor(
    private readonly company: Company,
    private readonly list: () => AsyncIterable<T>,
    private readonly retrieve: (id: string) => Promise<T | undefined>,
  ) {}

  async find(id: string): Promise<T | undefined> {
    if (await this.company.isAlone()) return this.#confirm(id);
    this.#listed ??= this.#load();
    return (await this.#listed).get(id) ?? this.#confirm(id);
  }

  async #load(): Promise<ReadonlyMap<string, T>> {
    const objects = new Map<string, T>();
    try {
      for await (const object of this.list()) objects.set(object.id, object);
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
    return objects;
  }

  /** That an object is gone is never believed from a list alone: only Stripe's word about this very id says why. */
  async #confirm(id: string): Promise<T | undefined> {
    try {
      return await this.retrieve(id);
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }
}

function isMissing(error: unknown): boolean {
  return isStripeError(error) && error.kind === "missing";
}
