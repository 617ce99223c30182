import type * as z from "../zod";
import { kindOf, StripeError } from "./errors";
import { redact } from "./redact";
import { errorSchema } from "./schemas";
import type { StripeResponse } from "./transport";

/** Characters of an unusable response that its error message quotes. */
const quotedLength = 60;

/** Turns responses into objects, or into errors without API keys in their messages. */
export class ResponseReader {
  constructor(private readonly options: { readonly apiBase: string; readonly apiKey: string }) {}

  /**
   * Returns the object of a response.
   *
   * @throws StripeError when Stripe returned an error or the object does not match `schema`
   */
  read<T>(response: StripeResponse, schema: z.ZodType<T>): T {
    const body = this.#parse(response);
    if (response.status >= 400) throw this.#stripeError(response, body);
    const result = schema.safeParse(body);
    if (result.success) return result.data;
    const [issue] = result.error.issues;
    const details = [issue?.path.join("."), issue?.message].filter(Boolean).join(": ");
    throw this.#unexpectedAnswer(response, `is not of Stripe's shape (${details})`);
  }

  #parse(response: StripeResponse): unknown {
    try {
      return JSON.parse(response.text);
    } catch {
      // The error page of a gateway. Its status decides the kind of the error.
      if (response.status >= 400) return undefined;
      // Redacted before it is cut, so that no part of a key remains.
      const start = this.#redact(response.text).slice(0, quotedLength);
      throw this.#unexpectedAnswer(response, `is not JSON (it starts with ${JSON.stringify(start)})`);
    }
  }

  #stripeError(response: StripeResponse, body: unknown): StripeError {
    const { route, status } = response;
    const parsed = errorSchema.safeParse(body);
    const error = parsed.success ? parsed.data.error : undefined;
    const message = this.#redact(error?.message ?? `HTTP ${status} without Stripe's error object`);
    const type = error?.type;
    const code = error?.code ?? undefined;
    return new StripeError(message, {
      kind: kindOf({ status, type, code, message }),
      route,
      status,
      type,
      code,
      param: error?.param ?? undefined,
      requestId: header(response, "request-id"),
      shouldRetry: { true: true, false: false }[header(response, "stripe-should-retry") ?? ""],
      replayed: header(response, "idempotent-replayed") === "true",
    });
  }

  #unexpectedAnswer(response: StripeResponse, problem: string): StripeError {
    const { route, status } = response;
    const { host } = new URL(this.options.apiBase);
    return new StripeError(this.#redact(`the answer of ${host} to ${route} (HTTP ${status}) ${problem}`), {
      kind: "unexpectedAnswer",
      route,
      status,
      requestId: header(response, "request-id"),
    });
  }

  #redact(text: string): string {
    return redact(text, this.options.apiKey);
  }
}

function header(response: StripeResponse, name: string): string | undefined {
  const value = response.headers[name];
  return Array.isArray(value) ? value[0] : value;
}
