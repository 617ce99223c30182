/** The `type` of an error in Stripe's envelope [spec: api_errors]. */
export type ErrorType = "api_error" | "card_error" | "idempotency_error" | "invalid_request_error";

/** What an error says besides its HTTP status; the names are those of Stripe's envelope. */
export interface ErrorDetails {
  readonly type?: ErrorType;
  readonly code?: string;
  readonly message?: string;
  readonly param?: string;
}

/** A refusal in Stripe's form. Thrown by the rules, turned into an answer in one place. */
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

/** Stripe's error envelope, as it goes over the wire. */
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

/** How a request named an object: it decides the answer when there is none. */
export interface Reference {
  readonly param: string;
  readonly status: number;
}

/** By the id in the URL. */
export const byPath: Reference = { param: "id", status: 404 };

/** An object that was looked for in vain. */
export interface Lookup extends Reference {
  readonly noun: string;
  readonly id: string;
  readonly livemode: boolean;
  /** The same account has this object in its other mode. */
  readonly inOtherMode: boolean;
}

/** `resource_missing`, with the hint Stripe gives when a key of the wrong mode was used [sdk]. */
export function resourceMissing(lookup: Lookup): StripeError {
  const [here, there] = lookup.livemode ? ["live", "test"] : ["test", "live"];
  const hint = lookup.inOtherMode
    ? `; a similar object exists in ${there} mode, but a ${here} mode key was used to make this request.`
    : "";
  return new StripeError(lookup.status, {
    code: "resource_missing",
    message: `No such ${lookup.noun}: '${lookup.id}'${hint}`,
    param: lookup.param,
  });
}
