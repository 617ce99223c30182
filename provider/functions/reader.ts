import type { ProviderContext } from "../lifecycle/context";
import { EntitlementsError, toUserError, type Hints } from "../lifecycle/errors";
import type { StripeApi } from "../stripe/api";
import { isMissing, isStripeError, type StripeError } from "../stripe/errors";
import { once } from "./once";

// Nothing has been changed, and no resource is at fault: the hints for resources would mislead.
const patience =
  "Run the command again. stripe-entitlements:maxRetries and stripe-entitlements:requestTimeout (seconds) give it more patience.";
const hints: Hints = {
  missing: "Check the id, and that the API key belongs to the account and mode that has the object.",
  invalidRequest: "Change the arguments as Stripe's words say.",
  api: patience,
  connection: `Check the network, the proxy variables and stripe-entitlements:apiBase. ${patience}`,
};

/** What a missing object is asked for by, and what may be wrong with that. */
interface Missing {
  /** Such as `there is no such product`. */
  readonly what: string;
  /** What to check, such as `the id`. */
  readonly check: string;
}

/** Reads from Stripe what the guard lets be read, and says what goes wrong. */
export class Reader {
  readonly #explained = new WeakMap<StripeError, EntitlementsError>();

  /** @param account the only one that the configuration allows, if it names one */
  constructor(
    private readonly connection: Pick<ProviderContext, "guard" | "keyMode" | "stripe">,
    private readonly account?: string,
  ) {}

  get stripe(): StripeApi {
    return this.connection.stripe;
  }

  /** What `ask` finds. Fails, saying so about `subject`, when it finds nothing, or Stripe says that there is no such object. */
  find<T>(subject: string, missing: Missing, ask: () => Promise<T | undefined>): Promise<T> {
    return this.read(subject, async () => {
      try {
        return (await ask()) ?? (await this.#refuse(subject, missing));
      } catch (error) {
        if (!isMissing(error)) throw error;
        return this.#refuse(subject, missing, error);
      }
    });
  }

  /** One failure that is the answer to many questions is one error, about the first of them. */
  async read<T>(subject: string, ask: () => Promise<T>): Promise<T> {
    try {
      await this.#admitted();
      return await ask();
    } catch (error) {
      if (!isStripeError(error)) throw error;
      const known = this.#explained.get(error) ?? toUserError(subject, error, hints);
      this.#explained.set(error, known);
      throw known;
    }
  }

  readonly #admitted = once(() => this.connection.guard.checkForLookup("Reading from Stripe"));

  async #refuse(subject: string, { what, check }: Missing, cause?: StripeError): Promise<never> {
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
    const asked = () =>
      stripe.account().then(
        ({ id }) => id,
        () => undefined,
      );
    const account = this.account ?? (await asked());
    const mode = keyMode === undefined ? "" : `, ${keyMode} mode`;
    return account === undefined ? `the account of this API key${mode}` : `account ${account}${mode}`;
  });
}
