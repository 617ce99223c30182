import { stringify } from "qs";
import { type Dispatcher, request as sendRequest } from "undici";
import { createDispatcher } from "./dispatcher";
import { StripeError } from "./errors";
import type { ApiPath } from "./path";
import { redact } from "./redact";

/** Parameters of a request. `undefined` is left out, `null` is sent as an empty value. */
export type Params = Readonly<Record<string, unknown>>;

export interface StripeRequest {
  readonly method: "GET" | "POST" | "DELETE";
  readonly target: ApiPath;
  readonly params: Params;
}

export interface StripeResponse {
  /** `GET /v1/products/:id/features` */
  readonly route: string;
  readonly status: number;
  readonly text: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

export interface TransportOptions {
  /** The base URL of the API. */
  readonly apiBase: string;
  /** Masked in error messages. */
  readonly apiKey: string;
  /** Milliseconds that one request may take. */
  readonly requestTimeout: number;
}

/** Sends single HTTP requests, encoded as Stripe expects them. Does not retry. */
export class Transport {
  readonly #dispatcher: Dispatcher;

  /** @param headers sent with every request */
  constructor(
    private readonly options: TransportOptions,
    private readonly headers: Readonly<Record<string, string>>,
  ) {
    this.#dispatcher = createDispatcher(new URL(options.apiBase));
  }

  /**
   * Returns the response, whatever its status.
   *
   * @param idempotencyKey sent with a POST only
   * @throws StripeError of kind `connection` when there is no complete response
   */
  async send(request: StripeRequest, idempotencyKey: string): Promise<StripeResponse> {
    const { method, target, params } = request;
    const url = new URL(target.path, this.options.apiBase);
    const encoded = stringify(params);
    if (method === "GET") url.search = encoded;
    try {
      const response = await sendRequest(url, {
        method,
        headers: { ...this.headers, ...(method === "POST" && postHeaders(idempotencyKey)) },
        body: method === "POST" ? encoded : null,
        dispatcher: this.#dispatcher,
        signal: AbortSignal.timeout(this.options.requestTimeout),
      });
      const { statusCode, headers, body } = response;
      return { route: routeOf(request), status: statusCode, headers, text: await body.text() };
    } catch (error) {
      throw this.#connectionError(routeOf(request), error);
    }
  }

  /** Closes all connections after their current requests. */
  close(): Promise<void> {
    return this.#dispatcher.close();
  }

  #connectionError(route: string, cause: unknown): StripeError {
    const { apiBase, apiKey, requestTimeout } = this.options;
    const { name, message, code }: NodeJS.ErrnoException = cause instanceof Error ? cause : new Error(String(cause));
    const reason = name === "TimeoutError" ? `timed out after ${requestTimeout / 1000} s` : message || code || name;
    const text = redact(`no answer from ${new URL(apiBase).origin}: ${reason}`, apiKey);
    return new StripeError(text, { kind: "connection", route, cause });
  }
}

/** Returns the method and the path without ids: `GET /v1/products/:id/features`. */
export function routeOf({ method, target }: StripeRequest): string {
  return `${method} ${target.route}`;
}

// On GET and DELETE a key has no effect (S69).
function postHeaders(idempotencyKey: string) {
  return { "content-type": "application/x-www-form-urlencoded", "idempotency-key": idempotencyKey };
}
