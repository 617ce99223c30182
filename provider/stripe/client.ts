import { randomUUID } from "node:crypto";
import pRetry from "p-retry";
import type * as z from "../zod";
import { isStripeError } from "./errors";
import { fetchListPage, type ListPage, listItems, type PageRequest } from "./pages";
import type { ApiPath } from "./path";
import { RateLimiter, type RateLimits } from "./rate-limit";
import { ResponseReader } from "./response";
import { isReplayedServerError, type RetryPolicy, retryOptions } from "./retry";
import { pageSchema } from "./schemas";
import { Sequences } from "./sequences";
import { type Params, routeOf, type StripeRequest, Transport } from "./transport";
import { clientUserAgent, userAgent } from "./user-agent";
import type { Wait, Waits } from "./waits";

export type { Params } from "./transport";

// Sent with every request. Without it, the default version of the account applies (S101).
export const apiVersion = "2026-07-29.dahlia";

export const defaultApiBase = "https://api.stripe.com";

export interface StripeClientOptions {
  readonly apiKey: string;
  /** The base URL of the API: https, or http for a loopback address. */
  readonly apiBase: string;
  /** `Stripe-Account`: the connected account to act on. */
  readonly stripeAccount?: string | undefined;
  /** `Stripe-Context`: the account to act on, for organization keys. */
  readonly stripeContext?: string | undefined;
  /** Milliseconds that one attempt may take. */
  readonly requestTimeout: number;
  readonly retry: RetryPolicy;
  readonly limits: RateLimits;
  /** Reports long waits. */
  readonly waits: Waits;
}

export interface WriteOptions {
  /**
   * Requests with the same key are sent one after another: each starts after all attempts of the
   * one before. Default: the request waits for no other.
   */
  readonly sequence?: string | undefined;
}

export interface ListOptions {
  /**
   * Requests a second that the list keeps free for its pages until its end. Each page names the
   * next, so other requests would otherwise use up the rate between two pages. Default: 0.
   */
  readonly reservedRate?: number | undefined;
  /**
   * The id of the item that is needed first. The pages around it follow the first page, for one or
   * two more requests. Default: the pages follow in Stripe's order, the newest objects first.
   */
  readonly near?: string | undefined;
}

/**
 * Sends requests to Stripe, with authorization, rate limits and retries. Knows no endpoints.
 *
 * Every method rejects with a `StripeError` when the request fails.
 */
export class StripeClient {
  readonly #transport: Transport;
  readonly #reader: ResponseReader;
  readonly #limiter: RateLimiter;
  readonly #sequences = new Sequences();

  constructor(private readonly options: StripeClientOptions) {
    this.#transport = new Transport(options, headersOf(options));
    this.#reader = new ResponseReader(options);
    this.#limiter = new RateLimiter(options.limits);
  }

  get<T>(target: ApiPath, schema: z.ZodType<T>, params: Params = {}): Promise<T> {
    return this.#send({ method: "GET", target, params }, schema);
  }

  post<T>(target: ApiPath, schema: z.ZodType<T>, params: Params, options: WriteOptions = {}): Promise<T> {
    return this.#write({ method: "POST", target, params }, schema, options);
  }

  delete<T>(target: ApiPath, schema: z.ZodType<T>, options: WriteOptions = {}): Promise<T> {
    return this.#write({ method: "DELETE", target, params: {} }, schema, options);
  }

  /** Yields all items of a list, each once. Fetches each page when its first item is requested. */
  async *list<T extends { id: string }>(
    target: ApiPath,
    item: z.ZodType<T>,
    params: Params = {},
    { reservedRate = 0, near }: ListOptions = {},
  ): AsyncGenerator<T> {
    const schema = pageSchema(item);
    const route = `GET ${target.route}`;
    const release = this.#limiter.reserve(route, reservedRate);
    try {
      yield* listItems(route, (page) => this.get(target, schema, { ...params, ...page }), near);
    } finally {
      release();
    }
  }

  /** Returns one page of a list. */
  page<T extends { id: string }>(
    target: ApiPath,
    item: z.ZodType<T>,
    params: Params,
    request: PageRequest,
  ): Promise<ListPage<T>> {
    const schema = pageSchema(item);
    return fetchListPage(`GET ${target.route}`, (page) => this.get(target, schema, { ...params, ...page }), request);
  }

  /** Closes all connections after their current requests. */
  close(): Promise<void> {
    return this.#transport.close();
  }

  #write<T>(request: StripeRequest, schema: z.ZodType<T>, { sequence }: WriteOptions): Promise<T> {
    const send = () => this.#send(request, schema);
    return sequence === undefined ? send() : this.#sequences.run(sequence, send);
  }

  async #send<T>(request: StripeRequest, schema: z.ZodType<T>): Promise<T> {
    const wait = this.options.waits.create();
    // One key for all attempts, so that Stripe acts once. A new one for each operation, because a
    // key derived from the resource would replay the creation of an archived object (S77).
    let idempotencyKey = randomUUID();
    const attempt = async () => {
      try {
        return await this.#attempt(request, schema, idempotencyKey, wait);
      } catch (error) {
        if (!isStripeError(error)) throw error;
        if (isReplayedServerError(error)) idempotencyKey = randomUUID();
        wait.recordFailure(error);
        throw error;
      }
    };
    try {
      return await pRetry(attempt, retryOptions(this.options.retry));
    } catch (error) {
      if (isStripeError(error)) error.effort = wait.effort;
      throw error;
    } finally {
      wait.end();
    }
  }

  async #attempt<T>(request: StripeRequest, schema: z.ZodType<T>, idempotencyKey: string, wait: Wait): Promise<T> {
    const route = routeOf(request);
    await this.#limiter.acquire(route);
    wait.start();
    const response = await this.#transport.send(request, idempotencyKey);
    try {
      return this.#reader.read(response, schema);
    } catch (error) {
      // A lock timeout is also a 429, but says nothing about the rate (S85).
      if (isStripeError(error) && error.kind === "rateLimit") this.#limiter.slowDown(route);
      throw error;
    }
  }
}

function headersOf({ apiKey, stripeAccount, stripeContext }: StripeClientOptions): Record<string, string> {
  return {
    authorization: `Bearer ${apiKey}`,
    "stripe-version": apiVersion,
    "user-agent": userAgent,
    "x-stripe-client-user-agent": clientUserAgent,
    accept: "application/json",
    ...(stripeAccount !== undefined && { "stripe-account": stripeAccount }),
    ...(stripeContext !== undefined && { "stripe-context": stripeContext }),
  };
}
