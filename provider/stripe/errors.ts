/**
 * What went wrong with a request, as far as a caller has to tell it apart. Stripe's message texts are not stable, so
 * nothing but the wrong-mode hint is ever decided by them.
 */
export type StripeErrorKind =
  /** 401: the key is unknown, malformed, expired or revoked. */
  | "authentication"
  /** 403: the key lacks a permission, or has no access to the account. */
  | "permission"
  /** 404, or 400 with code `resource_missing`: no such object for this key. */
  | "missing"
  /** As `missing`, but Stripe says that the object exists in the other mode. */
  | "wrongMode"
  /** Any other 4xx: the request breaks one of Stripe's rules. */
  | "invalidRequest"
  /** 400 `idempotency_error`, or 409 `idempotency_key_in_use`. */
  | "idempotency"
  /** 429: too many requests. */
  | "rateLimit"
  /** 429 `lock_timeout`: another request holds the object. */
  | "lockTimeout"
  /** 409, 424 and 5xx. After a 5xx it is not known whether Stripe acted. */
  | "api"
  /** No answer: refused, reset, not resolved, or not in time. It is not known whether Stripe acted. */
  | "connection"
  /** An answer that is not JSON or not of Stripe's shape. */
  | "unexpectedAnswer";

export interface StripeErrorFields {
  readonly kind: StripeErrorKind;
  /** `GET /v1/entitlements/features/:id`: without ids, so that it can be counted and grouped. */
  readonly route: string;
  /** HTTP status; absent when there was no answer. */
  readonly status?: number | undefined;
  /** Stripe's `error.type`, such as `invalid_request_error`. */
  readonly type?: string | undefined;
  /** Stripe's `error.code`, such as `resource_missing`. */
  readonly code?: string | undefined;
  /** The parameter Stripe complains of. */
  readonly param?: string | undefined;
  /** The `Request-Id` header: what Stripe's support asks for. */
  readonly requestId?: string | undefined;
  /** The `Stripe-Should-Retry` header, where Stripe sent one. */
  readonly shouldRetry?: boolean | undefined;
  /** Whether the answer is a stored one, replayed for the request's idempotency key. */
  readonly replayed?: boolean | undefined;
  readonly cause?: unknown;
}

/** A request to Stripe that failed. The message holds Stripe's own words, without keys. */
export class StripeError extends Error {
  override readonly name = "StripeError" as const;
  readonly kind: StripeErrorKind;
  readonly route: string;
  readonly status: number | undefined;
  readonly type: string | undefined;
  readonly code: string | undefined;
  readonly param: string | undefined;
  readonly requestId: string | undefined;
  readonly shouldRetry: boolean | undefined;
  readonly replayed: boolean;
  /** Attempts made and milliseconds spent until this error was final; set by the client. */
  effort: { readonly attempts: number; readonly elapsed: number } | undefined;

  constructor(message: string, fields: StripeErrorFields) {
    super(message, fields.cause === undefined ? undefined : { cause: fields.cause });
    this.kind = fields.kind;
    this.route = fields.route;
    this.status = fields.status;
    this.type = fields.type;
    this.code = fields.code;
    this.param = fields.param;
    this.requestId = fields.requestId;
    this.shouldRetry = fields.shouldRetry;
    this.replayed = fields.replayed ?? false;
  }
}

/** Tells by name, because two copies of the package may be loaded in one process. */
export function isStripeError(error: unknown): error is StripeError {
  return error instanceof Error && error.name === "StripeError" && "kind" in error;
}

/** Whether Stripe refused the request itself, so that reading the state again tells why. */
export function isRefusal(error: unknown): error is StripeError {
  if (!isStripeError(error)) return false;
  // With which 4xx Stripe answers a second object of one key is not published: a conflict may be one [unknown].
  const isConflict = error.kind === "api" && error.status === 409;
  return error.kind === "invalidRequest" || error.kind === "missing" || isConflict;
}

/** Whether there is no such object for the key. */
export function isMissing(error: unknown): error is StripeError {
  return isStripeError(error) && error.kind === "missing";
}

/** Whether Stripe may have acted although the request failed. */
export function isOutcomeUnknown(error: unknown): error is StripeError {
  return (
    isStripeError(error) && (error.kind === "api" || error.kind === "connection" || error.kind === "unexpectedAnswer")
  );
}

interface Answered {
  readonly status: number;
  readonly code?: string | undefined;
  readonly type?: string | undefined;
  readonly message: string;
}

/** Maps an error answer to its kind, by status first, as Stripe's own SDKs do [sdk]. */
export function kindOf({ status, code, type, message }: Answered): StripeErrorKind {
  if (status === 401) return "authentication";
  if (status === 403) return "permission";
  if (status === 429) return code === "lock_timeout" ? "lockTimeout" : "rateLimit";
  if (type === "idempotency_error" || code === "idempotency_key_in_use") return "idempotency";
  if (status === 404 || code === "resource_missing") {
    // "…; a similar object exists in live mode, but a test mode key was used to make this request." [sdk]
    return /similar object exists in (?:live|test) mode/.test(message) ? "wrongMode" : "missing";
  }
  if (status === 409 || status === 424 || status >= 500) return "api";
  return "invalidRequest";
}
