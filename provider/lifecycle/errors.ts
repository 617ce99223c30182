import { isStripeError, type StripeError, type StripeErrorKind } from "../stripe/errors";

export interface EntitlementsErrorFields {
  /** What to do about it, as a sentence. */
  readonly hint?: string | undefined;
  /** The `Request-Id` of the request that failed. */
  readonly requestId?: string | undefined;
  readonly cause?: unknown;
}

/** Something that the user has to know: what, on which object, and what to do. */
export class EntitlementsError extends Error {
  override readonly name = "EntitlementsError" as const;
  readonly hint: string | undefined;
  readonly requestId: string | undefined;

  constructor(message: string, fields: EntitlementsErrorFields = {}) {
    super(message, fields.cause === undefined ? undefined : { cause: fields.cause });
    this.hint = fields.hint;
    this.requestId = fields.requestId;
  }
}

/** Tells by name, because two copies of the package may be loaded in one process. */
export function isEntitlementsError(error: unknown): error is EntitlementsError {
  return error instanceof Error && error.name === "EntitlementsError";
}

/**
 * An update of which a part was done. The engine keeps `properties` as the resource's state, and the next `up` goes on from there.
 */
export class PartialUpdateError extends Error {
  override readonly name = "PartialUpdateError" as const;

  constructor(
    readonly properties: Readonly<Record<string, unknown>>,
    override readonly cause: EntitlementsError,
  ) {
    super(cause.message, { cause });
  }
}

/** Tells by name, as {@link isEntitlementsError}. */
export function isPartialUpdateError(error: unknown): error is PartialUpdateError {
  return error instanceof Error && error.name === "PartialUpdateError";
}

interface Advice {
  readonly what: string;
  readonly hint: string;
}

const outcomeUnknown =
  "Whether Stripe acted on it is not known: run `pulumi up` again, which finds out and goes on. " +
  "stripe-entitlements:maxRetries and stripe-entitlements:requestTimeout (seconds) give it more patience.";

const advice: Readonly<Record<StripeErrorKind, Advice>> = {
  authentication: {
    what: "Stripe does not accept the API key",
    hint:
      "Set a valid key: `pulumi config set --secret stripe-entitlements:apiKey` or STRIPE_API_KEY. A configured key wins over the " +
      "environment, and `refresh` and `destroy` take the configuration of the last `up` unless called with --run-program.",
  },
  permission: {
    what: "the API key may not do this",
    hint: "Give the restricted key the permission, or use a key that has it.",
  },
  missing: { what: "Stripe knows no such object", hint: "Check the id, and that the API key belongs to its account." },
  wrongMode: {
    what: "the API key is of the other mode",
    hint: "Use the key of the mode in which this stack's objects are.",
  },
  invalidRequest: { what: "Stripe refused the request", hint: "Change the declaration as Stripe's words say." },
  idempotency: { what: "Stripe still works on the same request", hint: "Wait a minute and run `pulumi up --refresh`." },
  rateLimit: {
    what: "Stripe's rate limit is used up",
    hint:
      "Something else sends requests, too: run `pulumi up` again later, which goes on where this one stopped, lower " +
      "stripe-entitlements:maxRequestsPerSecond, or raise stripe-entitlements:maxRetries.",
  },
  lockTimeout: {
    what: "another request held the object all the time",
    hint: "Run `pulumi up` again, or raise stripe-entitlements:maxRetries.",
  },
  api: { what: "Stripe failed", hint: outcomeUnknown },
  connection: {
    what: "Stripe cannot be reached",
    hint: `Check the network, the proxy variables and stripe-entitlements:apiBase. ${outcomeUnknown}`,
  },
  unexpectedAnswer: {
    what: "this is not Stripe's API",
    hint: "Check stripe-entitlements:apiBase (STRIPE_API_BASE) and the proxy variables: something else answers there.",
  },
};

/** What to do about a failed request. */
export type Hints = Readonly<Partial<Record<StripeErrorKind, string>>>;

/**
 * Says a failed request in the user's words, with the object it was about and what to do.
 *
 * @param hints instead of those for a resource
 */
export function toUserError(subject: string, error: unknown, hints: Hints = {}): EntitlementsError {
  if (isEntitlementsError(error)) return error;
  if (!isStripeError(error)) throw error;
  const { what, hint } = advice[error.kind];
  const { requestId } = error;
  return new EntitlementsError(`${subject}: ${what}${effort(error)}: ${error.message}`, {
    hint: hints[error.kind] ?? hint,
    requestId,
    cause: error,
  });
}

function effort({ effort }: StripeError): string {
  if (effort === undefined || effort.attempts === 1) return "";
  return ` (tried ${effort.attempts} times in ${Math.round(effort.elapsed / 1000)} s)`;
}

/** Runs a step of a resource's life, so that whatever Stripe refuses in it is said about `subject`. */
export async function withErrorContext<T>(subject: string, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    throw toUserError(subject, error);
  }
}
