import { createContext } from "../config/context";
import { createLocalContext } from "../config/local-context";
import type { Settings } from "../config/settings";
import { subjectOf } from "../lifecycle/feature/state";
import type { Log } from "../lifecycle/run/log";
import type { StripeApi } from "../stripe/api";
import type { StripeFeature } from "../stripe/feature";
import { ListCache } from "../stripe/list-cache";
import type { ListPage, PageRequest } from "../stripe/pages";
import type { StripeProductFeature } from "../stripe/schemas";
import { memoize } from "./memoize";
import { type Missing, Reader } from "./reader";
import type { FeatureListInputs, ProductFeatureListInputs } from "./types";

/**
 * The part of the request rate that a program's functions may use. The provider process of the same
 * run has its own limiter, and sends most of the requests. Together they may exceed Stripe's limit
 * for a moment. Stripe then answers 429, and both retry.
 */
const shareOfRate = 1 / 3;

const missingProduct: Missing = { what: "the product does not exist", check: "the id" };

/** Returns lookups with these settings. Sends nothing. */
export function openLookups(settings: Settings, log: Log): Lookups {
  const context = createContext(settings, createLocalContext(settings, log), { share: shareOfRate });
  return new Lookups(context.stripe, new Reader(context));
}

/**
 * Reads objects for a program. Each lookup runs once. Lookups of features at the same time share
 * one list.
 */
export class Lookups {
  readonly #lists: ListCache;

  constructor(
    private readonly stripe: StripeApi,
    private readonly reader: Reader,
  ) {
    this.#lists = new ListCache(stripe);
  }

  /** Returns lookups without the answers so far, for a program that has changed an object since. */
  withoutAnswers(): Lookups {
    return new Lookups(this.stripe, this.reader);
  }

  /** Returns the active feature with the lookup key. Rejects when none has it. */
  readonly featureByLookupKey = memoize((lookupKey: string) => {
    const missing = {
      what: "no active feature has this lookup key",
      check: "the lookup key, that the feature is not archived",
    };
    return this.reader.get(subjectOf({ lookupKey }), missing, () => this.#lists.findActiveFeature(lookupKey));
  });

  /** Returns the feature, active or archived. Rejects when it does not exist. */
  readonly featureById = memoize((id: string) => {
    const missing = { what: "the feature does not exist", check: "the id" };
    return this.reader.get(subjectOf({}, id), missing, () => this.#lists.findFeature(id));
  });

  /** Lists the active or the archived features. */
  readonly features = memoize((archived: boolean): Promise<readonly StripeFeature[]> => {
    if (archived) return this.reader.read("Archived features", () => Array.fromAsync(this.stripe.archivedFeatures()));
    return this.reader.read("Features", () => this.#lists.activeFeatures());
  });

  /** Lists the attachments of a product. Rejects when the product does not exist. */
  readonly productFeatures = memoize((product: string) =>
    this.reader.get(`Product ${product}`, missingProduct, () => Array.fromAsync(this.stripe.productFeatures(product))),
  );

  /** Returns one page of the active features. */
  featurePage({ lookupKey }: FeatureListInputs, request: PageRequest): Promise<ListPage<StripeFeature>> {
    return this.reader.read("Features", () => this.stripe.activeFeaturePage(lookupKey, request));
  }

  /** Returns one page of the attachments of a product. Rejects when the product does not exist. */
  productFeaturePage(
    { product }: ProductFeatureListInputs,
    request: PageRequest,
  ): Promise<ListPage<StripeProductFeature>> {
    const read = () => this.stripe.productFeaturePage(product, request);
    return this.reader.get(`Product ${product}`, missingProduct, read);
  }

  /** Lists the features that a customer may use. Rejects when the customer does not exist. */
  readonly activeEntitlements = memoize((customer: string) => {
    const missing = { what: "the customer does not exist", check: "the id" };
    return this.reader.get(`Customer ${customer}`, missing, () =>
      Array.fromAsync(this.stripe.activeEntitlements(customer)),
    );
  });

  /** Lists the products, or only those that are active or archived. */
  readonly products = memoize((active: boolean | undefined) =>
    this.reader.read("Products", () => Array.fromAsync(this.stripe.products({ active }))),
  );
}
