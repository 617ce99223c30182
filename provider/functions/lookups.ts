import type { ConfigurationSource } from "../config/configuration";
import { connect } from "../config/connection";
import { sessionFor } from "../config/session";
import { readSettings } from "../config/settings";
import type { LocalContext } from "../lifecycle/session";
import type { StripeFeature } from "../stripe/schemas";
import { ListCache } from "../stripe/list-cache";
import { once } from "./once";
import { Reader } from "./reader";

/**
 * Part of the rate that a program's functions may use. The provider process of the same run has a limiter of its own, knows nothing of this one,
 * and has the most to send: both together may exceed the rate for moments, which Stripe answers with 429 and both with patience.
 */
const shareOfRate = 1 / 3;

/** Lookups with the settings from `source`; throws when one is missing or wrong. Sends nothing yet. */
export function openLookups(source: ConfigurationSource, say: LocalContext["log"]): Lookups {
  const settings = readSettings(source);
  const connection = connect(settings, sessionFor(settings, say), shareOfRate);
  return new Lookups(new Reader(connection, settings.account));
}

/**
 * What a program asks Stripe. The same question is asked once, however often it comes; features that are asked for together are read as one list.
 */
export class Lookups {
  readonly #snapshot: ListCache;

  constructor(private readonly reader: Reader) {
    this.#snapshot = new ListCache(reader.stripe);
  }

  /** Lookups that know none of the answers so far: for a program that has changed something since. */
  anew(): Lookups {
    return new Lookups(this.reader);
  }

  /** Fails when no active feature has the lookup key. */
  readonly featureByLookupKey = once((lookupKey: string) => {
    const missing = {
      what: "no active feature has this lookup key",
      check: "the lookup key, that the feature is not archived",
    };
    return this.reader.find(`Feature "${lookupKey}"`, missing, () => this.#snapshot.findActiveFeature(lookupKey));
  });

  /** The feature, archived or not. Fails when there is none. */
  readonly featureById = once((id: string) => {
    const missing = { what: "there is no such feature", check: "the id" };
    return this.reader.find(`Feature ${id}`, missing, () => this.#snapshot.findFeature(id));
  });

  readonly features = once((archived: boolean): Promise<readonly StripeFeature[]> => {
    const { reader } = this;
    if (archived) return reader.read("Archived features", () => Array.fromAsync(reader.stripe.archivedFeatures()));
    return reader.read("Features", () => this.#snapshot.activeFeatures());
  });

  /** Fails when there is no such product. */
  readonly productFeatures = once((product: string) => {
    const missing = { what: "there is no such product", check: "the id" };
    const { reader } = this;
    return reader.find(`Product ${product}`, missing, () => Array.fromAsync(reader.stripe.productFeatures(product)));
  });

  /** Fails when there is no such customer. */
  readonly activeEntitlements = once((customer: string) => {
    const missing = { what: "there is no such customer", check: "the id" };
    const { reader } = this;
    return reader.find(`Customer ${customer}`, missing, () =>
      Array.fromAsync(reader.stripe.activeEntitlements(customer)),
    );
  });

  readonly products = once((active: boolean | undefined) =>
    this.reader.read("Products", () => Array.fromAsync(this.reader.stripe.products({ active }))),
  );
}
