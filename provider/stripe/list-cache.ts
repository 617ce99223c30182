import { setImmediate } from "node:timers/promises";
import type { StripeApi } from "./api";
import { type Clock, systemClock } from "./clock";
import { isMissing } from "./errors";
import type { StripeFeature } from "./feature";
import type { StripeProductFeature } from "./schemas";

/**
 * Milliseconds that the first read waits for others. A refresh reads several resources within a few
 * milliseconds. A single `.get()` should not cost a whole list.
 */
const batchWindow = 25;
/** Milliseconds. A delete is decided only by a list that started at most this long ago. */
const maxListAge = 10_000;

/** How an object is found. */
export interface FindOptions {
  /**
   * The earliest start of the list, in milliseconds of the clock. Default: any list of this run.
   */
  readonly listStartedAfter?: number | undefined;
  /**
   * Rejects when the API key may not be used. Awaited before the object is fetched by its id. The
   * caller must also await it.
   */
  readonly guardCheck?: Promise<unknown> | undefined;
}

/**
 * Answers reads of single objects from lists: refreshing 1,000 features takes 11 requests instead
 * of 1,000. Stripe limits the number of reads (S86). A cache lives as long as its provider process:
 * one preview, update, refresh or destroy.
 */
export class ListCache {
  readonly #window: FirstReadDetector;
  #features: CachedList<StripeFeature> | undefined;
  readonly #productFeatures = new Map<string, CachedList<StripeProductFeature>>();
  #firstDelete: number | undefined;

  /** @param window milliseconds that the first read waits for others */
  constructor(
    private readonly stripe: StripeApi,
    window = batchWindow,
    private readonly clock: Clock = systemClock,
  ) {
    this.#window = new FirstReadDetector(window, clock);
  }

  /** Returns the feature, active or archived. */
  findFeature(id: string, options?: FindOptions): Promise<StripeFeature | undefined> {
    return this.#featureList().find(id, options);
  }

  /** Returns the active feature with the lookup key. */
  findActiveFeature(lookupKey: string): Promise<StripeFeature | undefined> {
    return this.#featureList().findWhere(
      (feature) => feature.lookupKey === lookupKey && feature.active,
      () => this.stripe.findActiveFeature(lookupKey),
    );
  }

  /** Returns all active features from one list. */
  activeFeatures(): Promise<readonly StripeFeature[]> {
    return this.#featureList().all();
  }

  /** Returns all attachments of the product from one list. None when it does not exist. */
  productFeatures(product: string): Promise<readonly StripeProductFeature[]> {
    return this.#productFeatureList(product).all();
  }

  /** Returns the attachment. Undefined also when the product does not exist. */
  findProductFeature(product: string, id: string, options?: FindOptions): Promise<StripeProductFeature | undefined> {
    return this.#productFeatureList(product).find(id, options);
  }

  /**
   * Returns the earliest start of a list that may decide a delete, on the clock of the cache: no
   * earlier than the first delete of this run, and at most 10 s ago.
   */
  oldestListForDelete(): number {
    const now = this.clock.now();
    this.#firstDelete ??= now;
    return Math.max(this.#firstDelete, now - maxListAge);
  }

  /** Records a feature as Stripe answered it to a write. */
  noteFeature(feature: StripeFeature): void {
    this.#features?.replaceOne(feature);
  }

  /** Records an attachment as Stripe answered it to a write. */
  noteProductFeature(product: string, attached: StripeProductFeature): void {
    this.#productFeatures.get(product)?.replaceOne(attached);
  }

  /** Records that an attachment was detached. */
  noteDetached(product: string, id: string): void {
    this.#productFeatures.get(product)?.removeOne(id);
  }

  /** Drops the list of features. Required after a write with an unknown outcome. */
  forgetFeatures(): void {
    this.#features = undefined;
  }

  /** Drops the list of a product's attachments. Required after a write with an unknown outcome. */
  forgetProductFeatures(product: string): void {
    this.#productFeatures.delete(product);
  }

  #featureList(): CachedList<StripeFeature> {
    this.#features ??= new CachedList(
      this.#window,
      this.clock,
      (near) => this.stripe.activeFeatures(near),
      (id) => this.stripe.findFeature(id),
    );
    return this.#features;
  }

  #productFeatureList(product: string): CachedList<StripeProductFeature> {
    const list =
      this.#productFeatures.get(product) ??
      new CachedList(
        this.#window,
        this.clock,
        () => this.stripe.productFeatures(product),
        (id) => this.stripe.findProductFeature(product, id),
      );
    this.#productFeatures.set(product, list);
    return list;
  }
}

/** Distinguishes a single read from the many of a refresh. */
class FirstReadDetector {
  #reads = 0;

  constructor(
    private readonly wait: number,
    private readonly clock: Clock,
  ) {}

  /**
   * Whether no other read follows the first one within the window. Only the first read of a run
   * waits.
   *
   * @param guardCheck also awaited by the first read, which gives the others more time
   */
  async isSingleRead(guardCheck: Promise<unknown> | undefined): Promise<boolean> {
    this.#reads += 1;
    if (this.#reads > 1) return false;
    await Promise.all([this.clock.sleep(this.wait), guardCheck]);
    // On a busy machine the timer may fire before requests that the engine sent earlier are
    // handled.
    await setImmediate();
    return this.#reads === 1;
  }
}

/**
 * One list of Stripe's, fetched by the first of several reads and shared by them. A single read
 * fetches its object by id instead.
 */
class CachedList<T extends { id: string }> {
  #listing: Listing<T> | undefined;
  #startedAt = 0;

  /** @param list lists the objects, those around `near` first */
  constructor(
    private readonly firstRead: FirstReadDetector,
    private readonly clock: Clock,
    private readonly list: (near?: string) => AsyncIterable<T>,
    private readonly findOne: (id: string) => Promise<T | undefined>,
  ) {}

  async find(id: string, { listStartedAfter, guardCheck }: FindOptions = {}): Promise<T | undefined> {
    const isSingle = this.#listing === undefined && (await this.firstRead.isSingleRead(guardCheck));
    const listed = isSingle ? undefined : await this.#current(listStartedAfter, id).find(id);
    if (listed !== undefined) return listed;
    await guardCheck;
    // Absence from a list never means deleted. A GET for the id confirms it.
    return this.findOne(id);
  }

  /** @param findOne finds the object that `matches` where the list does not hold it */
  async findWhere(matches: (object: T) => boolean, findOne: () => Promise<T | undefined>): Promise<T | undefined> {
    const isSingle = this.#listing === undefined && (await this.firstRead.isSingleRead(undefined));
    const objects = isSingle ? [] : await this.all();
    return objects.find(matches) ?? findOne();
  }

  async all(): Promise<readonly T[]> {
    return [...(await this.#current().all).values()];
  }

  replaceOne(object: T): void {
    this.#listing?.replaceOne(object);
  }

  removeOne(id: string): void {
    this.#listing?.removeOne(id);
  }

  /** Returns the list, fetched again if it started too early. */
  #current(startedAfter = Number.NEGATIVE_INFINITY, near?: string): Listing<T> {
    if (this.#listing === undefined || this.#startedAt < startedAfter) {
      this.#startedAt = this.clock.now();
      this.#listing = new Listing(this.list(near));
    }
    return this.#listing;
  }
}

/** A list whose pages arrive one after the other. */
class Listing<T extends { id: string }> {
  /** All objects by their ids, once the last page is here. Rejects when a page cannot be read. */
  readonly all: Promise<ReadonlyMap<string, T>>;
  readonly #objects = new Map<string, T>();
  readonly #awaited = new Map<string, ((object: T) => void)[]>();
  /** Ids of objects that a write changed. A page that is on its way may be older. */
  readonly #changed = new Set<string>();

  constructor(items: AsyncIterable<T>) {
    this.all = this.#read(items);
    // The error reaches those that wait, if there are any.
    this.all.catch(() => undefined);
  }

  /** Returns the object as soon as its page is here. Undefined when the whole list lacks it. */
  async find(id: string): Promise<T | undefined> {
    const known = this.#objects.get(id);
    if (known !== undefined) return known;
    const arrival = new Promise<T>((resolve) => this.#awaited.set(id, [...(this.#awaited.get(id) ?? []), resolve]));
    return Promise.race([arrival, this.all.then((objects) => objects.get(id))]);
  }

  replaceOne(object: T): void {
    this.#changed.add(object.id);
    this.#add(object);
  }

  removeOne(id: string): void {
    this.#changed.add(id);
    this.#objects.delete(id);
  }

  #add(object: T): void {
    this.#objects.set(object.id, object);
    for (const resolve of this.#awaited.get(object.id) ?? []) resolve(object);
  }

  async #read(items: AsyncIterable<T>): Promise<ReadonlyMap<string, T>> {
    try {
      for await (const item of items) if (!this.#changed.has(item.id)) this.#add(item);
    } catch (error) {
      // A product that does not exist has no attachments.
      if (!isMissing(error)) throw error;
    }
    return this.#objects;
  }
}
