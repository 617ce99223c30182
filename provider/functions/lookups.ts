import { createContext } from "../config/context";
import { createLocalContext } from "../config/local-context";
import { type ConfigurationSource, readSettings } from "../config/settings";
import type { ProviderContext } from "../lifecycle/context";
import { EntitlementsError, type Hints, toUserError } from "../lifecycle/errors";
import type { Log } from "../lifecycle/run/log";
import { isMissing, isStripeError, type StripeError } from "../stripe/errors";
import type { StripeFeature } from "../stripe/feature";
import { ListCache } from "../stripe/list-cache";
import { memoize } from "./memoize";

/**
 * The part of the rate that a program's functions may use. The provider process of the same run has a limiter of its own
 * and the most to send. Together they may exceed the rate for a moment: Stripe answers 429, and both retry.
 */
const shareOfRate = 1 / 3;

// A lookup changes nothing, so the hints for resources would mislead.
const retryHint =
  "Run the command again. To wait longer, raise stripe-entitlements:maxRetries and stripe-entitlements:requestTimeout (seconds).";
const hints: Hints = {
  missing: "Check the id, and that the API key belongs to the account and mode that has the object.",
  invalidRequest: "Change the arguments as Stripe's message says.",
  api: retryHint,
  connection: `Check the network, the proxy variables and stripe-entitlements:apiBase. ${retryHint}`,
};

/** Describes a missing object. */
interface Missing {
  /** Such as `the product does not exist`. */
  readonly what: string;
  /** What to check, such as `the id`. */
  readonly check: string;
}

/**
 * Returns lookups with the settings from `source`. Sends nothing.
 *
 * @throws EntitlementsError when a setting is missing or invalid
 */
export function openLookups(source: ConfigurationSource, log: Log): Lookups {
  const settings = readSettings(source);
  return new Lookups(createContext(settings, createLocalContext(settings, log), { share: shareOfRate }));
}

/** Reads objects for a program. Each lookup runs once, and features that are requested together share one list. */
export class Lookups {
  readonly #lists: ListCache;
  readonly #userErrors = new WeakMap<StripeError, EntitlementsError>();

  constructor(private readonly context: ProviderContext) {
    this.#lists = new ListCache(context.stripe);
  }

  /** Returns lookups without the answers so far, for a program that has changed something since. */
  withoutAnswers(): Lookups {
    return new Lookups(this.context);
  }

  /** Rejects when no active feature has the lookup key. */
  readonly featureByLookupKey = memoize((lookupKey: string) => {
    const missing = {
      what: "no active feature has this lookup key",
      check: "the lookup key, that the feature is not archived",
    };
    return this.#get(`Feature "${lookupKey}"`, missing, () => this.#lists.findActiveFeature(lookupKey));
  });

  /** Returns the feature, active or archived. Rejects when it does not exist. */
  readonly featureById = memoize((id: string) => {
    const missing = { what: "the feature does not exist", check: "the id" };
    return this.#get(`Feature ${id}`, missing, () => this.#lists.findFeature(id));
  });

  readonly features = memoize((archived: boolean): Promise<readonly StripeFeature[]> => {
    const { stripe } = this.context;
    if (archived) return this.#read("Archived features", () => Array.fromAsync(stripe.archivedFeatures()));
    return this.#read("Features", () => this.#lists.activeFeatures());
  });

  /** Rejects when the product does not exist. */
  readonly productFeatures = memoize((product: string) => {
    const missing = { what: "the product does not exist", check: "the id" };
    const { stripe } = this.context;
    return this.#get(`Product ${product}`, missing, () => Array.fromAsync(stripe.productFeatures(product)));
  });

  /** Rejects when the customer does not exist. */
  readonly activeEntitlements = memoize((customer: string) => {
    const missing = { what: "the customer does not exist", check: "the id" };
    const { stripe } = this.context;
    return this.#get(`Customer ${customer}`, missing, () => Array.fromAsync(stripe.activeEntitlements(customer)));
  });

  readonly products = memoize((active: boolean | undefined) =>
    this.#read("Products", () => Array.fromAsync(this.context.stripe.products({ active }))),
  );

  /** Returns what `find` finds. Rejects when it finds nothing, or Stripe says that the object does not exist. */
  #get<T>(subject: string, missing: Missing, find: () => Promise<T | undefined>): Promise<T> {
    return this.#read(subject, async () => {
      try {
        return (await find()) ?? (await this.#rejectMissing(subject, missing));
      } catch (error) {
        if (!isMissing(error)) throw error;
        return this.#rejectMissing(subject, missing, error);
      }
    });
  }

  /** One failed request that rejects many lookups becomes one error, about the first of them. */
  async #read<T>(subject: string, read: () => Promise<T>): Promise<T> {
    try {
      await this.#checkAccount();
      return await read();
    } catch (error) {
      if (!isStripeError(error)) throw error;
      const known = this.#userErrors.get(error) ?? toUserError(subject, error, hints);
      this.#userErrors.set(error, known);
      throw known;
    }
  }

  readonly #checkAccount = memoize(() => this.context.guard.checkForLookup("Reading from Stripe"));

  async #rejectMissing(subject: string, { what, check }: Missing, cause?: StripeError): Promise<never> {
    const where = await this.#describeAccount();
    throw new EntitlementsError(`${subject}: ${what} in ${where}`, {
      kind: "missing",
      hint:
        `Check ${check}, and that the API key belongs to the account and mode that has it. ` +
        "An object that this program declares does not exist at the first preview: use the outputs of its resource.",
      requestId: cause?.requestId,
      cause,
    });
  }

  /** Describes the account and the mode of the key, as far as they are known. */
  readonly #describeAccount = memoize(async () => {
    const { expected, keyMode, stripe } = this.context;
    const request = () =>
      stripe.getAccount().then(
        ({ id }) => id,
        () => undefined,
      );
    const account = expected.account ?? (await request());
    const mode = keyMode === undefined ? "" : `, ${keyMode} mode`;
    return account === undefined ? `the account of this API key${mode}` : `account ${account}${mode}`;
  });
}
