import type { ConfigurationPlace } from "../lifecycle/configuration-place";
import type { ProviderContext } from "../lifecycle/context";
import { EntitlementsError, type Hints, toUserError, wayToWaitLonger } from "../lifecycle/errors";
import { isMissing, isStripeError, type StripeError } from "../stripe/errors";
import { memoize } from "./memoize";

/** Returns the hints of lookups, which change nothing. Those for resources would mislead. */
function hintsForLookups(place: ConfigurationPlace): Hints {
  const retryHint = `Run the command again. ${wayToWaitLonger(place)}`;
  return {
    missing: "Check the id, and that the API key belongs to the account and mode that has the object.",
    invalidRequest: "Change the arguments as Stripe's message says.",
    api: retryHint,
    connection: `Check the network, the proxy variables and ${place.nameOf("apiBase")}. ${retryHint}`,
  };
}

/** Describes a missing object. */
export interface Missing {
  /** Such as `the product does not exist`. */
  readonly what: string;
  /** The thing to check, such as `the id`. */
  readonly check: string;
}

/**
 * Runs reads after the account guard has accepted the key, and explains their errors. One run of a
 * program has one reader, so that one failure is the same error for all lookups.
 */
export class Reader {
  readonly #userErrors = new WeakMap<StripeError, EntitlementsError>();

  constructor(private readonly context: Pick<ProviderContext, "expected" | "guard" | "keyMode" | "place" | "stripe">) {}

  /**
   * Returns what `find` finds. Rejects when it finds nothing, or Stripe says that the object does
   * not exist.
   */
  get<T>(subject: string, missing: Missing, find: () => Promise<T | undefined>): Promise<T> {
    return this.read(subject, async () => {
      try {
        return (await find()) ?? (await this.#rejectMissing(subject, missing));
      } catch (error) {
        if (!isMissing(error)) throw error;
        return this.#rejectMissing(subject, missing, error);
      }
    });
  }

  /**
   * Returns what `read` returns. A failed request that rejects several reads becomes one error,
   * with the subject of the first.
   */
  async read<T>(subject: string, read: () => Promise<T>): Promise<T> {
    try {
      await this.#checkAccount();
      return await read();
    } catch (error) {
      if (!isStripeError(error)) throw error;
      const { place } = this.context;
      const known = this.#userErrors.get(error) ?? toUserError(subject, error, place, hintsForLookups(place));
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
