/** The causes of a failed request that callers treat differently. */
export type StripeErrorKind =
  /** 401: the key is unknown, malformed, expired or revoked. */
  | "authentication"
  /** 403: the key lacks a permission, or has no access to the account. */
  | "permission"
  /** 404, or 400 with code `resource_missing`: no such object for this key. */
  | "missing"
  /** As `missing`, but the object exists in the other mode. */
  | "wrongMode"
  /** Any other 4xx: the request breaks one of Stripe's rules. */
  | "invalidRequest"
  /** 400 `idempotency_error`, or 409 `idempotency_key_in_use`. */
  | "idempotency"
  /** 429: too many requests. */
  | "rateLimit"
  /** 429 `lock_timeout`: another request keeps the object locked. */
  | "lockTimeout"
  /** 409, 424 and 5xx. After a 5xx Stripe may have acted. */
  | "api"
  /** No response: refused, reset, not resolved, or timed out. Stripe may have acted. */
  | "connection"
  /** A response that is not JSON, or not in the form that Stripe documents. */
  | "unexpectedAnswer";

export interface StripeErrorFields {
  readonly kind: StripeErrorKind;
  /** Method and path without ids: `GET /v1/entitlements/features/:id`. */
  readonly route: string;
  /** HTTP status; undefined without a response. */
  readonly status?: number | undefined;
  /** Stripe's `error.type`, such as `invalid_request_error`. */
  readonly type?: string | undefined;
  /** Stripe's `error.code`, such as `resource_missing`. */
  readonly code?: string | undefined;
  /** Stripe's `error.param`: the parameter that caused the error. */
  readonly param?: string | undefined;
  /** The `Request-Id` header, which Stripe's support asks for. */
  readonly requestId?: string | undefined;
  /** The `Stripe-Should-Retry` header, if any. */
  readonly shouldRetry?: boolean | undefined;
  /** Whether Stripe replayed a stored response for the request's idempotency key. Default false. */
  readonly replayed?: boolean | undefined;
  readonly cause?: unknown;
}

/** The attempts of a failed request. */
export interface RequestEffort {
  readonly attempts: number;
  /** Milliseconds. */
  readonly elapsed: number;
  /** Whether an attempt may have reached Stripe. */
  readonly isSent: boolean;
}

/** A failed request to Stripe. The message is Stripe's, without API keys. */
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
  /** The client sets it on the final error. */
  effort: RequestEffort | undefined;

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

/** Whether the error is a {@link StripeError}, also one of another loaded copy of this package. */
export function isStripeError(error: unknown): error is StripeError {
  return error instanceof Error && error.name === "StripeError" && "kind" in error;
}

/** Whether Stripe refused the request because of the objects it names. Reading them shows why. */
export function isRefusal(error: unknown): error is StripeError {
  if (!isStripeError(error)) return false;
  // The status for a duplicate is not published (S14, S26), so it may be a 409.
  const isConflict = error.kind === "api" && error.status === 409;
  return error.kind === "invalidRequest" || error.kind === "missing" || isConflict;
}

/** Whether the object does not exist for this key. */
export function isMissing(error: unknown): error is StripeError {
  return isStripeError(error) && error.kind === "missing";
}

/** Whether the object exists in the other mode only. */
export function isOfOtherMode(error: unknown): error is StripeError {
  return isStripeError(error) && error.kind === "wrongMode";
}

/** Whether Stripe may have acted although the request failed. */
export function isOutcomeUnknown(error: unknown): error is StripeError {
  if (!isStripeError(error) || error.effort?.isSent === false) return false;
  return error.kind === "api" || error.kind === "connection" || error.kind === "unexpectedAnswer";
}

// Without a connection nothing is sent: refused, no such host, or no answer of the name server.
const codesBeforeConnection = ["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN"];

/** Whether an attempt with this error may have reached Stripe. */
export function mayBeSent(error: StripeError): boolean {
  return !codesBeforeConnection.includes(connectionCode(error) ?? "");
}

/** Returns the code of a lost connection, such as `ECONNRESET`, if it has one. */
export function connectionCode({ cause }: StripeError): string | undefined {
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  // The code of a timeout is a number.
  return typeof code === "string" ? code : undefined;
}

interface ErrorResponse {
  readonly status: number;
  readonly code?: string | undefined;
  readonly type?: string | undefined;
  readonly message: string;
}

/** Returns the kind of an error response. */
export function kindOf({ status, code, type, message }: ErrorResponse): StripeErrorKind {
  // By status first, as Stripe's SDKs do (S64).
  if (status === 401) return "authentication";
  if (status === 403) return "permission";
  if (status === 429) return code === "lock_timeout" ? "lockTimeout" : "rateLimit";
  if (type === "idempotency_error" || code === "idempotency_key_in_use") return "idempotency";
  if (status === 404 || code === "resource_missing") {
    // The only decision by a message, because nothing else tells the wrong mode: "…; a similar
    // object exists in live mode, but a test mode key was used to make this request." (S96)
    return /similar object exists in (?:live|test) mode/.test(message) ? "wrongMode" : "missing";
  }
  if (status === 409 || status === 424 || status >= 500) return "api";
  return "invalidRequest";
}
