import { connectionCode, isStripeError, type StripeError, type StripeErrorKind } from "../stripe/errors";
import type { ConfigurationPlace } from "./configuration-place";

/** The kind of an {@link EntitlementsError}: what callers can distinguish. */
export type EntitlementsErrorKind =
  | StripeErrorKind
  /** A setting is missing or invalid, or Node.js is too old. */
  | "configuration"
  /** An argument of a function is missing or invalid. */
  | "invalidArgument"
  /** The API key belongs to another account than the state or the configuration. */
  | "wrongAccount"
  /** The account or the mode of the API key cannot be verified. */
  | "unverifiedAccount"
  /** A declared object already exists, and the adoption policy does not allow to adopt it. */
  | "alreadyExists"
  /** The feature was archived or deleted outside Pulumi. */
  | "archived"
  /** The feature is still attached to a product, so it was not archived. */
  | "stillAttached"
  /**
   * The object was not deleted, because another resource declares it, or because something else
   * failed in this run.
   */
  | "notDeleted";

export interface EntitlementsErrorFields {
  readonly kind: EntitlementsErrorKind;
  readonly hint?: string | undefined;
  readonly requestId?: string | undefined;
  readonly cause?: unknown;
}

/** An error shown to the user: what failed, on which object, and what to do. */
export class EntitlementsError extends Error {
  override readonly name = "EntitlementsError" as const;
  readonly kind: EntitlementsErrorKind;
  /** The way to fix it, as one or more sentences. */
  readonly hint: string | undefined;
  /** The `Request-Id` of the failed request. Stripe's support asks for it. */
  readonly requestId: string | undefined;

  constructor(message: string, fields: EntitlementsErrorFields) {
    super(message, fields.cause === undefined ? undefined : { cause: fields.cause });
    this.kind = fields.kind;
    this.hint = fields.hint;
    this.requestId = fields.requestId;
  }
}

/** Whether the error is an EntitlementsError, also when another copy of this package threw it. */
export function isEntitlementsError(error: unknown): error is EntitlementsError {
  return error instanceof Error && error.name === "EntitlementsError";
}

/** Returns the message of the error with Stripe's request id and the hint. */
export function formatError({ message, hint, requestId }: EntitlementsError): string {
  const request = requestId === undefined ? "" : ` (Stripe's request id: ${requestId})`;
  return [`${message}${request}`, hint].filter(Boolean).join("\n");
}

/**
 * An update that failed after its first request. The engine keeps `state`, and the next `up`
 * continues from it.
 */
export class PartialUpdateError extends Error {
  override readonly name = "PartialUpdateError" as const;

  constructor(
    readonly state: Readonly<Record<string, unknown>>,
    override readonly cause: EntitlementsError,
  ) {
    super(cause.message, { cause });
  }
}

/** Whether the error is a PartialUpdateError, also when another copy of this package threw it. */
export function isPartialUpdateError(error: unknown): error is PartialUpdateError {
  return error instanceof Error && error.name === "PartialUpdateError";
}

/** Explains each kind of failed request. */
const explanations: Readonly<Record<StripeErrorKind, string>> = {
  authentication: "Stripe rejected the API key",
  permission: "the API key lacks a permission",
  missing: "the object does not exist",
  wrongMode: "the object exists only in the other mode",
  invalidRequest: "Stripe rejected the request",
  idempotency: "Stripe is still working on the same request",
  rateLimit: "Stripe's rate limit is exceeded",
  lockTimeout: "another request kept the object locked",
  api: "Stripe failed",
  connection: "Stripe cannot be reached",
  unexpectedAnswer: "the answer does not come from Stripe's API",
};

/** Returns the hints for resources whose settings are at the place. */
function hintsForResources({ nameOf, wayToSetKey }: ConfigurationPlace) {
  const toContinue = `Run \`pulumi up\` again: it checks, and continues. ${wayToWaitLonger({ nameOf })}`;
  const outcomeUnknown = `It is unknown whether Stripe applied the request. ${toContinue}`;
  const checkConnection = `Check the network, the proxy variables and ${nameOf("apiBase")}.`;
  return {
    authentication:
      `Set a valid key ${wayToSetKey}, or in STRIPE_API_KEY. A configured key takes precedence over the environment. ` +
      "`refresh`, `destroy`, `up --refresh` and `preview --refresh` use the configuration of the last `up`: run " +
      "`pulumi up` without --refresh first, or add --run-program.",
    permission: "Give the restricted key the permission, or use a key that has it.",
    missing: "Check the id, and that the API key belongs to the object's account.",
    wrongMode: "Use a key of the mode that this stack's objects belong to, or the id of an object in the key's mode.",
    invalidRequest: "Change the declaration as Stripe's message says.",
    idempotency: "Wait a minute and run `pulumi up --refresh`.",
    rateLimit:
      "Other programs send requests to this account, too. Run `pulumi up` again later: it continues where this run " +
      `stopped. Or lower ${nameOf("maxRequestsPerSecond")}, or raise ${nameOf("maxRetries")}.`,
    lockTimeout: `Run \`pulumi up\` again, or raise ${nameOf("maxRetries")}.`,
    api: outcomeUnknown,
    connection: `${checkConnection} ${outcomeUnknown}`,
    unexpectedAnswer: `Check ${nameOf("apiBase")} (STRIPE_API_BASE) and the proxy variables: another server answers there.`,
    /** Instead of the others, where the request was not sent. */
    notSent: `${checkConnection} The request was not sent. ${toContinue}`,
  };
}

/** Returns the sentence about the settings that make a request wait longer for an answer. */
export function wayToWaitLonger({ nameOf }: Pick<ConfigurationPlace, "nameOf">): string {
  return `To wait longer, raise ${nameOf("maxRetries", "requestTimeout")} (seconds).`;
}

/** Hints by kind of failed request. */
export type Hints = Readonly<Partial<Record<StripeErrorKind, string>>>;

/**
 * Returns a failed request as an error about `subject`. Returns an EntitlementsError as it is.
 *
 * @param place where the user sets the settings that the hint names
 * @param hints replace those for resources
 * @throws the error itself when it is of another class
 */
export function toUserError(
  subject: string,
  error: unknown,
  place: ConfigurationPlace,
  hints: Hints = {},
): EntitlementsError {
  if (isEntitlementsError(error)) return error;
  if (!isStripeError(error)) throw error;
  const { kind, requestId, effort } = error;
  const forResources = hintsForResources(place);
  return new EntitlementsError(`${subject}: ${explanations[kind]}${attemptsText(error)}: ${error.message}`, {
    kind,
    hint: hints[kind] ?? forResources[effort?.isSent === false ? "notSent" : kind],
    requestId,
    cause: error,
  });
}

function attemptsText({ effort }: StripeError): string {
  if (effort === undefined || effort.attempts === 1) return "";
  return ` (tried ${effort.attempts} times in ${Math.round(effort.elapsed / 1000)} s)`;
}

/**
 * Returns the line about a request that waits.
 *
 * @param cause the error of its latest attempt. Undefined while the first one has no answer.
 */
export function waitText(cause: StripeError | undefined): string {
  if (cause === undefined) return "Stripe has not answered for more than 5 s, still waiting";
  const what = explanations[cause.kind];
  const reason = cause.status ?? connectionCode(cause) ?? "no answer";
  return `${what.charAt(0).toUpperCase()}${what.slice(1)} (${reason}), retrying`;
}
