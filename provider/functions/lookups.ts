import type { ConfigurationSource } from "../dynamic/configuration";
import { connect } from "../dynamic/connection";
import { sessionFor } from "../dynamic/session";
import { readSettings } from "../dynamic/settings";
import type { Connection } from "../lifecycle/connection";
import { EntitlementsError, explained, type Hints } from "../lifecycle/errors";
import type { Session } from "../lifecycle/session";
import { isMissing, isStripeError, type StripeError } from "../stripe/errors";
import type { StripeFeature } from "../stripe/schemas";

/**
 * Part of the rate that a program's functions may use. The provider process of the same run has a limiter of its own, knows nothing of this one,
 * and has the most to send: both together may exceed the rate for moments, which Stripe answers with 429 and both with patience.
 */
const shareOfRate = 1 / 3;

// Nothing has been changed, and no resource is at fault: the hints for resources would mislead.
const patience =
  "Run the command again. stripe-entitlements:maxRetries and stripe-entitlements:requestTimeout (seconds) give it more patience.";
const hints: Hints = {
  missing: "Check the id, and that the API key belongs to the account and mode that has the object.",
  invalidRequest: "Change the arguments as Stripe's words say.",
  api: patience,
  connection: `Check the network, the proxy variables and stripe-entitlements:apiBase. ${patience}`,
};

/** Lookups with the settings from `source`; throws when one is missing or wrong. Sends nothing yet. */
export function openLookups(source: ConfigurationSource, say: Session["say"]): Lookups {
  const settings = readSettings(source);
  return new Lookups(connect(settings, sessionFor(settings, say), shareOfRate), settings.account);
}

/**
 * What one run of a program asks Stripe. The same question is asked once, however often it comes; features that are asked for together are read
 * as one list.
 */
export class Lookups {
  readonly #explained = new WeakMap<StripeError, EntitlementsError>();

  /** @param account the only one that the configuration allows, if it names one */
  constructor(
    private readonly connection: Connection,
    private readonly account?: string,
  ) {}

  /** Fails when no active feature has the lookup key. */
  readonly featureByLookupKey = once((lookupKey: string) =>
    this.#about(`Feature "${lookupKey}"`, async (subject) => {
      const found = await this.connection.snapshot.findActiveFeature(lookupKey);
      return (
        found ??
        this.#refuseMissing(
          subject,
          "no active feature has this lookup key",
          "the lookup key, that the feature is not archived",
        )
      );
    }),
  );

  /** The feature, archived or not. Fails when there is none. */
  readonly featureById = once((id: string) =>
    this.#about(`Feature ${id}`, async (subject) => {
      const found = await this.connection.snapshot.findFeature(id);
      return found ?? this.#refuseMissing(subject, "there is no such feature", "the id");
    }),
  );

  readonly features = once((archived: boolean): Promise<readonly StripeFeature[]> => {
    const { snapshot, stripe } = this.connection;
    if (archived) return this.#about("Archived features", () => Array.fromAsync(stripe.archivedFeatures()));
    return this.#about("Features", () => snapshot.activeFeatures());
  });

  /** Fails when there is no such product. */
  readonly productFeatures = once((product: string) =>
    this.#allOf(`Product ${product}`, this.connection.stripe.productFeatures(product)),
  );

  /** Fails when there is no such customer. */
  readonly activeEntitlements = once((customer: string) =>
    this.#allOf(`Customer ${customer}`, this.connection.stripe.activeEntitlements(customer)),
  );

  readonly products = once((active: boolean | undefined) =>
    this.#about("Products", () => Array.fromAsync(this.connection.stripe.products({ active }))),
  );

  #allOf<T>(subject: string, items: AsyncIterable<T>): Promise<readonly T[]> {
    return this.#about(subject, async () => {
      try {
        return await Array.fromAsync(items);
      } catch (error) {
        if (!isMissing(error)) throw error;
        return this.#refuseMissing(subject, "there is no such object", "the id", error);
      }
    });
  }

  /** One failure that is the answer to many questions is one error, about the first of them. */
  async #about<T>(subject: string, ask: (subject: string) => Promise<T>): Promise<T> {
    try {
      await this.#admitted();
      return await ask(subject);
    } catch (error) {
      if (!isStripeError(error)) throw error;
      const known = this.#explained.get(error) ?? explained(subject, error, hints);
      this.#explained.set(error, known);
      throw known;
    }
  }

  readonly #admitted = once(() => this.connection.guard.admitReader("Reading from Stripe"));

  async #refuseMissing(subject: string, what: string, check: string, cause?: StripeError): Promise<never> {
    const where = await this.#whereabouts();
    throw new EntitlementsError(`${subject}: ${what} in ${where}`, {
      hint:
        `Check ${check}, and that the API key belongs to the account and mode that has it. ` +
        "What this program declares itself is not there at the first preview: use the outputs of the resource.",
      requestId: cause?.requestId,
      cause,
    });
  }

  /** Where the key leads, as far as it can be told. */
  readonly #whereabouts = once(async () => {
    const { stripe, keyMode } = this.connection;
    const account =
      this.account ??
      (await stripe.account().then(
        ({ id }) => id,
        () => undefined,
      ));
    const mode = keyMode === undefined ? "" : `, ${keyMode} mode`;
    return account === undefined ? `the account of this API key${mode}` : `account ${account}${mode}`;
  });
}

/** `ask`, but each question once: who asks again gets the same answer, a failure, too. */
function once<Answer>(ask: () => Promise<Answer>): () => Promise<Answer>;
function once<Question, Answer>(ask: (question: Question) => Promise<Answer>): (question: Question) => Promise<Answer>;
function once<Question, Answer>(ask: (question: Question) => Promise<Answer>): (question: Question) => Promise<Answer> {
  const answers = new Map<Question, Promise<Answer>>();
  return (question) => {
    const answer = answers.get(question) ?? ask(question);
    answers.set(question, answer);
    return answer;
  };
}
