/**
 * The `type` of an error of Stripe's.
 *
 * @see https://docs.stripe.com/api/errors
 */
export type ErrorType = "api_error" | "card_error" | "idempotency_error" | "invalid_request_error";

/** The content of an error besides its HTTP status, by the names of Stripe's envelope. */
export interface ErrorDetails {
  readonly type?: ErrorType;
  readonly code?: string;
  readonly message?: string;
  readonly param?: string;
}

/**
 * An error in Stripe's form. The rules of the emulator throw it, and the HTTP server answers with
 * it.
 */
export class StripeError extends Error {
  override readonly name = "StripeError";
  readonly type: ErrorType;
  readonly code: string | undefined;
  readonly param: string | undefined;

  constructor(
    readonly status: number,
    details: ErrorDetails,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(details.message ?? "");
    this.type = details.type ?? (status >= 500 ? "api_error" : "invalid_request_error");
    this.code = details.code;
    this.param = details.param;
  }
}

/** Returns the body of an error answer (S63). */
export function errorBody(error: StripeError, requestId: string, livemode: boolean): object {
  return {
    error: {
      ...(error.code === undefined
        ? {}
        : { code: error.code, doc_url: `https://stripe.com/docs/error-codes/${error.code.replaceAll("_", "-")}` }),
      ...(error.message === "" ? {} : { message: error.message }),
      ...(error.param === undefined ? {} : { param: error.param }),
      request_log_url: `https://dashboard.stripe.com/${livemode ? "" : "test/"}logs/${requestId}`,
      type: error.type,
    },
  };
}

/** The way in which a request named an object. It decides the error if there is no such object. */
export interface Reference {
  readonly param: string;
  readonly status: number;
}

/** Named by the id in the URL. */
export const byPath: Reference = { param: "id", status: 404 };

/** A lookup that found no object. */
export interface Lookup extends Reference {
  readonly noun: string;
  readonly id: string;
  readonly livemode: boolean;
  /** Whether the same account has this object in its other mode. */
  readonly inOtherMode: boolean;
  /** Whether the error says so. */
  readonly otherModeHint: "given" | "omitted";
}

/**
 * Returns the error `resource_missing` (S65), with Stripe's hint for a key of the wrong mode (S96).
 */
export function resourceMissing(lookup: Lookup): StripeError {
  const [here, there] = lookup.livemode ? ["live", "test"] : ["test", "live"];
  const hint =
    lookup.inOtherMode && lookup.otherModeHint === "given"
      ? `; a similar object exists in ${there} mode, but a ${here} mode key was used to make this request.`
      : "";
  return new StripeError(lookup.status, {
    code: "resource_missing",
    message: `No such ${lookup.noun}: '${lookup.id}'${hint}`,
    param: lookup.param,
  });
}
