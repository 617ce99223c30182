import { setImmediate, setTimeout as sleep } from "node:timers/promises";
import type { StripeApi } from "./api";
import { isMissing } from "./errors";
import type { StripeFeature, StripeProductFeature } from "./schemas";

/**
 * Milliseconds that the first read waits for company. A refresh asks for several resources within a few milliseconds of each
 * other; a lone `.get()` should not cost a whole list.
 */
const batchWindow = 25;

export interface FindOptions {
  /** When the list has to have been begun at the earliest, on the clock of `performance.now`; any time by default. */
  readonly since?: number | undefined;
  /** Awaited before Stripe is asked for this one object, alone or because no list shows it. Whoever gives it has to await it, too. */
  readonly permission?: Promise<unknown> | undefined;
}

/**
 * Reads of single objects, answered from lists: a refresh of 1,000 features is 10 requests instead of 1,000 (Stripe counts reads
 * [docs]). It lives as long as the provider process, that is one preview, update, refresh or destroy.
 */
export class ListCache {
  readonly #company: BatchWindow;
  #features: CachedList<StripeFeature> | undefined;
  readonly #productFeatures = new Map<string, CachedList<StripeProductFeature>>();

  /** @param wait milliseconds that the first read waits for company */
  constructor(
    private readonly stripe: StripeApi,
    wait = batchWindow,
  ) {
    this.#company = new BatchWindow(wait);
  }

  /** The feature, archived or not; undefined when there is none. */
  findFeature(id: string, how?: FindOptions): Promise<StripeFeature | undefined> {
    return this.#listedFeatures().find(id, how);
  }

  /** The active feature with the lookup key; undefined when there is none. */
  findActiveFeature(lookupKey: string): Promise<StripeFeature | undefined> {
    return this.#listedFeatures().findWhere(
      (feature) => feature.lookup_key === lookupKey && feature.active,
      async () => (await this.stripe.activeFeatures({ lookupKey }).next()).value,
    );
  }

  /** All active features, as one list. */
  activeFeatures(): Promise<readonly StripeFeature[]> {
    return this.#listedFeatures().all();
  }

  /** The attachment; undefined when it, or the product, is gone. */
  findProductFeature(product: string, id: string, how?: FindOptions): Promise<StripeProductFeature | undefined> {
    return this.#listedProductFeatures(product).find(id, how);
  }

  /** To be called with what Stripe answered to a write. */
  noteFeature(feature: StripeFeature): void {
    this.#features?.note(feature);
  }

  noteProductFeature(product: string, attached: StripeProductFeature): void {
    this.#productFeatures.get(product)?.note(attached);
  }

  noteDetached(product: string, id: string): void {
    this.#productFeatures.get(product)?.drop(id);
  }

  /** To be called after a write whose outcome is not known. */
  forgetFeatures(): void {
    this.#features = undefined;
  }

  forgetProductFeatures(product: string): void {
    this.#productFeatures.delete(product);
  }

  #listedFeatures(): CachedList<StripeFeature> {
    this.#features ??= new CachedList(
      this.#company,
      () => this.stripe.activeFeatures(),
      (id) => this.stripe.retrieveFeature(id),
    );
    return this.#features;
  }

  #listedProductFeatures(product: string): CachedList<StripeProductFeature> {
    const ofProduct =
      this.#productFeatures.get(product) ??
      new CachedList(
        this.#company,
        () => this.stripe.productFeatures(product),
        (id) => this.stripe.retrieveProductFeature(product, id),
      );
    this.#productFeatures.set(product, ofProduct);
    return ofProduct;
  }
}

/** Tells a lone read from the many of a refresh. */
class BatchWindow {
  #reads = 0;

  constructor(private readonly wait: number) {}

  /** @param permission awaited by the first read, which leaves the others more time to come */
  async isAlone(permission: Promise<unknown> | undefined): Promise<boolean> {
    this.#reads += 1;
    if (this.#reads > 1) return false;
    await Promise.all([sleep(this.wait), permission]);
    // On a busy machine the timer may come before what the engine has sent meanwhile.
    await setImmediate();
    return this.#reads === 1;
  }
}

class CachedList<T extends { id: string }> {
  #listed: Promise<Map<string, T>> | undefined;
  #listedAt = 0;

  constructor(
    private readonly company: BatchWindow,
    private readonly list: () => AsyncIterable<T>,
    private readonly retrieve: (id: string) => Promise<T | undefined>,
  ) {}

  async find(id: string, { since, permission }: FindOptions = {}): Promise<T | undefined> {
    const objects = await this.#shared(since, permission);
    const listed = objects?.get(id);
    if (listed !== undefined) return listed;
    await permission;
    return this.#confirm(id);
  }

  /** @param ask asks for the one object that `matches`, where no list shows it */
  async findWhere(matches: (object: T) => boolean, ask: () => Promise<T | undefined>): Promise<T | undefined> {
    const objects = await this.#shared();
    return [...(objects?.values() ?? [])].find(matches) ?? ask();
  }

  async all(): Promise<readonly T[]> {
    return [...(await this.#current()).values()];
  }

  note(object: T): void {
    // A list that failed is not mended by one object: its failure reaches those who wait for it.
    this.#listed?.then((objects) => objects.set(object.id, object)).catch(() => undefined);
  }

  drop(id: string): void {
    this.#listed?.then((objects) => objects.delete(id)).catch(() => undefined);
  }

  /** The list; undefined for a lone read, which is not worth one. */
  async #shared(since?: number, permission?: Promise<unknown>): Promise<Map<string, T> | undefined> {
    if (this.#listed === undefined && (await this.company.isAlone(permission))) return undefined;
    return this.#current(since);
  }

  #current(since = Number.NEGATIVE_INFINITY): Promise<Map<string, T>> {
    if (this.#listed === undefined || this.#listedAt < since) {
      this.#listedAt = performance.now();
      this.#listed = this.#load();
    }
    return this.#listed;
  }

  async #load(): Promise<Map<string, T>> {
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
