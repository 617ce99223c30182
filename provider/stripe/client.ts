import { randomUUID } from "node:crypto";
import pRetry from "p-retry";
import { stringify } from "qs";
import { Agent, type Dispatcher, EnvHttpProxyAgent, request } from "undici";
import type { z } from "zod";
import { isMissing, isStripeError, kindOf, StripeError } from "./errors";
import { isLoopback } from "./loopback";
import type { ApiPath } from "./path";
import { RateLimiter, type RateLimits } from "./rate-limit";
import { redact } from "./redact";
import { isReplayedServerError, shouldRetry, type RetryPolicy } from "./retry";
import { errorSchema, pageSchema } from "./schemas";
import { clientUserAgent, userAgent } from "./user-agent";

/** The version of Stripe's API that every request names: without it the account's own default would answer. */
export const apiVersion = "2026-07-29.dahlia";

export const defaultApiBase = "https://api.stripe.com";

// The largest page Stripe gives [spec].
const pageSize = 100;
/** How often a list is begun again because the item that the next page starts after went away meanwhile. */
const maxListRestarts = 5;
const maxConnections = 32;

export interface StripeClientOptions {
  readonly apiKey: string;
  /** Where the API is. Plain http only to a loopback address. Default {@link defaultApiBase}. */
  readonly apiBase: string;
  /** `Stripe-Account`: the connected account to act on. */
  readonly stripeAccount?: string | undefined;
  /** `Stripe-Context`: the account to act on, for organisation keys. */
  readonly stripeContext?: string | undefined;
  /** Milliseconds that one attempt may take. */
  readonly requestTimeout: number;
  readonly retry: RetryPolicy;
  readonly limits: RateLimits;
}

export type Params = Readonly<Record<string, unknown>>;

interface Call {
  readonly method: "GET" | "POST" | "DELETE";
  readonly target: ApiPath;
  readonly params: Params;
}

/** A call that is sent: again and again under one key, so that Stripe acts on it once. */
interface Attempt extends Call {
  readonly idempotencyKey: string;
}

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** Speaks HTTP with Stripe: authorisation, encoding, limits, retries and errors. Knows nothing of features. */
export class StripeClient {
  readonly #dispatcher: Dispatcher;
  readonly #limiter: RateLimiter;

  constructor(private readonly options: StripeClientOptions) {
    this.#dispatcher = dispatcherFor(new URL(options.apiBase));
    this.#limiter = new RateLimiter(options.limits);
  }

  get<T>(target: ApiPath, schema: z.ZodType<T>, params: Params = {}): Promise<T> {
    return this.#send({ method: "GET", target, params }, schema);
  }

  post<T>(target: ApiPath, schema: z.ZodType<T>, params: Params): Promise<T> {
    return this.#send({ method: "POST", target, params }, schema);
  }

  delete<T>(target: ApiPath, schema: z.ZodType<T>): Promise<T> {
    return this.#send({ method: "DELETE", target, params: {} }, schema);
  }

  /** All items of a list, page by page, each once. */
  async *list<T extends { id: string }>(target: ApiPath, item: z.ZodType<T>, params: Params = {}): AsyncGenerator<T> {
    const known = new Set<string>();
    for (let restarts = 0; ; restarts += 1) {
      try {
        for await (const page of this.#pages(target, item, params)) {
          const news = page.filter(({ id }) => !known.has(id));
          for (const { id } of news) known.add(id);
          yield* news;
        }
        return;
      } catch (error) {
        if (!(error instanceof CursorDeletedError)) throw error;
        if (restarts === maxListRestarts) throw listKeepsChanging(target, error.cause);
      }
    }
  }

  async *#pages<T extends { id: string }>(target: ApiPath, item: z.ZodType<T>, params: Params): AsyncGenerator<T[]> {
    const schema = pageSchema(item);
    let cursor: string | undefined;
    do {
      const page = await this.get(target, schema, { ...params, limit: pageSize, starting_after: cursor }).catch(
        (error: unknown) => {
          // Without a cursor it is the list itself that is not there.
          throw cursor !== undefined && isMissing(error) ? new CursorDeletedError(error) : error;
        },
      );
      yield page.data;
      const last = page.data.at(-1)?.id;
      if (page.has_more && (last === undefined || last === cursor)) throw cursorIgnored(target);
      cursor = page.has_more ? last : undefined;
    } while (cursor !== undefined);
  }

  close(): Promise<void> {
    return this.#dispatcher.close();
  }

  async #send<T>(call: Call, schema: z.ZodType<T>): Promise<T> {
    const started = performance.now();
    let attempts = 0;
    // Fresh for each operation and shared by its retries: a key derived from the resource would, within a day, replay
    // the creation of an object that has been archived since [docs].
    let idempotencyKey = randomUUID();
    const { maxRetries, firstDelay, maxDelay } = this.options.retry;
    try {
      return await pRetry(
        async () => {
          attempts += 1;
          try {
            return await this.#attempt({ ...call, idempotencyKey }, schema);
          } catch (error) {
            if (isStripeError(error) && isReplayedServerError(error)) idempotencyKey = randomUUID();
            throw error;
          }
        },
        {
          retries: maxRetries,
          minTimeout: firstDelay,
          // The longest delays are not jittered otherwise, and all that were refused together would come back together.
          maxTimeout: maxDelay * (1 - Math.random() / 4),
          randomize: true,
          shouldRetry: ({ error }) => isStripeError(error) && shouldRetry(error),
        },
      );
    } catch (error) {
      if (isStripeError(error)) error.effort = { attempts, elapsed: performance.now() - started };
      throw error;
    }
  }

  async #attempt<T>(call: Attempt, schema: z.ZodType<T>): Promise<T> {
    const endpoint = routeOf(call);
    await this.#limiter.acquire(endpoint);
    const answer = await this.#exchange(call);
    const body = this.#parse(call, answer);
    if (answer.status >= 400) {
      const refusal = this.#refusal(call, answer, body);
      // The lock of one object is a 429, too, and says nothing about the rate.
      if (refusal.kind === "rateLimit") this.#limiter.slowDown(endpoint);
      throw refusal;
    }
    const result = schema.safeParse(body);
    if (result.success) return result.data;
    const [issue] = result.error.issues;
    const what = [issue?.path.join("."), issue?.message].filter(Boolean).join(": ");
    throw this.#unexpected(call, answer, `is not of Stripe's shape (${what})`);
  }

  async #exchange(call: Attempt): Promise<Answer> {
    const url = new URL(call.target.path, this.options.apiBase);
    const encoded = stringify(call.params);
    if (call.method === "GET") url.search = encoded;
    try {
      const response = await request(url, {
        method: call.method,
        headers: this.#headers(call),
        body: call.method === "POST" ? encoded : null,
        dispatcher: this.#dispatcher,
        signal: AbortSignal.timeout(this.options.requestTimeout),
      });
      return { status: response.statusCode, headers: response.headers, text: await response.body.text() };
    } catch (error) {
      throw this.#connectionFailure(call, error);
    }
  }

  #headers(call: Attempt): Record<string, string> {
    const { apiKey, stripeAccount, stripeContext } = this.options;
    return {
      authorization: `Bearer ${apiKey}`,
      "stripe-version": apiVersion,
      "user-agent": userAgent,
      "x-stripe-client-user-agent": clientUserAgent,
      accept: "application/json",
      // On GET and DELETE a key has no effect [docs].
      ...(call.method === "POST" && {
        "content-type": "application/x-www-form-urlencoded",
        "idempotency-key": call.idempotencyKey,
      }),
      ...(stripeAccount !== undefined && { "stripe-account": stripeAccount }),
      ...(stripeContext !== undefined && { "stripe-context": stripeContext }),
    };
  }

  #parse(call: Call, answer: Answer): unknown {
    try {
      return JSON.parse(answer.text);
    } catch {
      // A gateway's own error page: the status says enough, and whether it is worth trying again.
      if (answer.status >= 400) return undefined;
      throw this.#unexpected(
        call,
        answer,
        `is not JSON (it begins ${JSON.stringify(this.#redact(answer.text).slice(0, 60))})`,
      );
    }
  }

  #refusal(call: Call, answer: Answer, body: unknown): StripeError {
    const parsed = errorSchema.safeParse(body);
    const error = parsed.success ? parsed.data.error : undefined;
    const message = this.#redact(error?.message ?? `HTTP ${answer.status} without Stripe's error object`);
    const type = error?.type;
    const code = error?.code ?? undefined;
    return new StripeError(message, {
      kind: kindOf({ status: answer.status, type, code, message }),
      route: routeOf(call),
      status: answer.status,
      type,
      code,
      param: error?.param ?? undefined,
      requestId: header(answer, "request-id"),
      shouldRetry: { true: true, false: false }[header(answer, "stripe-should-retry") ?? ""],
      replayed: header(answer, "idempotent-replayed") === "true",
    });
  }

  #unexpected(call: Call, answer: Answer, what: string): StripeError {
    const where = `the answer of ${new URL(this.options.apiBase).host} to ${routeOf(call)} (HTTP ${answer.status})`;
    return new StripeError(this.#redact(`${where} ${what}`), {
      kind: "unexpectedAnswer",
      route: routeOf(call),
      status: answer.status,
      requestId: header(answer, "request-id"),
    });
  }

  #connectionFailure(call: Call, cause: unknown): StripeError {
    const { apiBase, requestTimeout } = this.options;
    const { name, message, code }: NodeJS.ErrnoException = cause instanceof Error ? cause : new Error(String(cause));
    const what = name === "TimeoutError" ? `nothing within ${requestTimeout / 1000} s` : message || code || name;
    return new StripeError(this.#redact(`no answer from ${new URL(apiBase).origin}: ${what}`), {
      kind: "connection",
      route: routeOf(call),
      cause,
    });
  }

  #redact(text: string): string {
    return redact(text, this.options.apiKey);
  }
}

/** A pool of connections that are kept alive, through the proxy that HTTPS_PROXY, HTTP_PROXY and NO_PROXY name. */
function dispatcherFor(apiBase: URL): Dispatcher {
  const pool = { connections: maxConnections };
  return isLoopback(apiBase) ? new Agent(pool) : new EnvHttpProxyAgent(pool);
}

/** The item that the next page was to start after is gone: what came so far is not the whole list. */
class CursorDeletedError extends Error {
  constructor(override readonly cause: StripeError) {
    super("the list changed while it was read", { cause });
  }
}

/** Not to be taken for a list that is not there. */
function listKeepsChanging({ route }: ApiPath, cause: StripeError): StripeError {
  const what = `the list changed ${maxListRestarts + 1} times while it was read`;
  return new StripeError(what, { kind: "api", route: `GET ${route}`, requestId: cause.requestId, cause });
}

/** A server that does not heed the cursor would be listed for ever; one that ends too early would hide what is there. */
function cursorIgnored({ route }: ApiPath): StripeError {
  return new StripeError("the list goes on after its last item", { kind: "unexpectedAnswer", route: `GET ${route}` });
}

function routeOf({ method, target }: Call): string {
  return `${method} ${target.route}`;
}

function header(answer: Answer, name: string): string | undefined {
  const value = answer.headers[name];
  return Array.isArray(value) ? value[0] : value;
}
