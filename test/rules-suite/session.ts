import { setTimeout as sleep } from "node:timers/promises";
import qs from "qs";
import { Pacer } from "./pacer";
import type { Target } from "./target";

/** A body of the API, loosely typed. */
export interface Body {
  readonly id: string;
  readonly data: readonly Body[];
  readonly has_more: boolean;
  readonly error?: {
    readonly type?: string;
    readonly code?: string;
    readonly param?: string;
    readonly message?: string;
  };
  readonly [field: string]: unknown;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

/** A request and its answer, for observers of a run. */
export interface Exchange {
  readonly method: string;
  readonly path: string;
  /** The encoded parameters of query or form. */
  readonly parameters: string;
  readonly status: number;
  readonly body: unknown;
}

export interface Sent {
  readonly key?: string | undefined;
  /** Additional headers. `undefined` removes a default header. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
  /** A raw body instead of the encoded parameters. */
  readonly body?: string;
}

export interface SessionOptions {
  /** Prefix of every lookup key and product id of the run. */
  readonly prefix: string;
  /** No request is sent after it is aborted. */
  readonly signal?: AbortSignal | undefined;
  readonly observe?: ((exchange: Exchange) => void) | undefined;
  /** Allows live mode, to remove objects created before the mode was known. False by default. */
  readonly allowLiveMode?: boolean;
}

/** A step that a question needs has failed. */
export class CannotAsk extends Error {
  override readonly name = "CannotAsk";
}

/** The run was stopped between two requests. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
}

/** The server answered from live mode, so the run must stop. */
export class LiveModeError extends Error {
  override readonly name = "LiveModeError";
}

const maxRefusals = 5;
const patienceMs = 1_000;

/**
 * Sends requests to the examined server as any HTTP client does, and records the objects it
 * creates.
 */
export class Session {
  readonly prefix: string;
  /** Ids of the created features. */
  readonly features = new Set<string>();
  /** Ids of the created products. */
  readonly products = new Set<string>();
  /** Whether a request was sent that could have created something. */
  hasWritten = false;
  readonly #pacer: Pacer;
  readonly #pending = new Set<Promise<unknown>>();
  #count = 0;

  constructor(
    readonly target: Target,
    private readonly options: SessionOptions,
  ) {
    this.prefix = options.prefix;
    this.#pacer = new Pacer(target.requestsPerSecond);
  }

  /** Returns a unique text with the prefix of the run. */
  unique(label: string): string {
    this.#count += 1;
    return `${this.prefix}${label}-${this.#count}`;
  }

  get(path: string, params: object = {}, sent: Sent = {}): Promise<Answer> {
    return this.send("GET", path, params, sent);
  }

  post(path: string, params: object = {}, sent: Sent = {}): Promise<Answer> {
    return this.send("POST", path, params, sent);
  }

  delete(path: string, sent: Sent = {}): Promise<Answer> {
    return this.send("DELETE", path, {}, sent);
  }

  async send(method: string, path: string, params: object, sent: Sent = {}): Promise<Answer> {
    for (let refusals = 0; ; refusals++) {
      const answer = await this.#tracked(method, path, qs.stringify(params), sent);
      // Another program uses the same account. No case expects this answer.
      if (answer.body.error?.code !== "rate_limit" || refusals === maxRefusals) return answer;
      await sleep(patienceMs * 2 ** refusals);
    }
  }

  /** Resolves once all sent requests have ended. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#pending);
  }

  async #tracked(method: string, path: string, parameters: string, sent: Sent): Promise<Answer> {
    await this.#pacer.turn();
    if (this.options.signal?.aborted) throw new Interrupted("the run was interrupted");
    if (method !== "GET") this.hasWritten = true;
    const exchange = this.#exchange(method, path, parameters, sent);
    this.#pending.add(exchange);
    try {
      return await exchange;
    } finally {
      this.#pending.delete(exchange);
    }
  }

  async #exchange(method: string, path: string, parameters: string, sent: Sent): Promise<Answer> {
    const { apiBase, apiKey, apiVersion } = this.target;
    const inUrl = method !== "POST" && parameters !== "";
    const response = await answerOf(`${apiBase}${path}${inUrl ? `?${parameters}` : ""}`, {
      method,
      headers: withoutUndefined({
        authorization: `Bearer ${sent.key ?? apiKey}`,
        "content-type": "application/x-www-form-urlencoded",
        "stripe-version": apiVersion,
        ...sent.headers,
      }),
      body: method === "POST" ? (sent.body ?? parameters) : null,
    });
    const body = await jsonOf(response);
    this.#remember(method, path, response.status, body);
    this.options.observe?.({ method, path, parameters, status: response.status, body });
    if (this.options.allowLiveMode !== true) assertTestMode(body);
    return { status: response.status, headers: response.headers, body };
  }

  #remember(method: string, path: string, status: number, { id }: Body): void {
    if (method !== "POST" || status !== 200) return;
    if (path === "/v1/entitlements/features") this.features.add(id);
    if (path === "/v1/products") this.products.add(id);
  }
}

async function answerOf(url: string, request: RequestInit): Promise<Response> {
  try {
    return await fetch(url, request);
  } catch (error) {
    const cause: unknown = error instanceof Error ? error.cause : error;
    throw new CannotAsk(`no answer from ${new URL(url).origin}: ${cause instanceof Error ? cause.message : cause}`);
  }
}

async function jsonOf(response: Response): Promise<Body> {
  try {
    return (await response.json()) as Body;
  } catch {
    throw new CannotAsk(`the answer of ${new URL(response.url).origin} (${response.status}) is not JSON`);
  }
}

function withoutUndefined(headers: Readonly<Record<string, string | undefined>>): [string, string][] {
  return Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
}

/** Throws if an object of a body belongs to live mode, as its `livemode` says (S100). */
function assertTestMode(body: Body): void {
  const objects = Array.isArray(body.data) ? body.data : [body];
  if (!objects.some((object) => object["livemode"] === true)) return;
  throw new LiveModeError(
    "The key acts in live mode, but this suite creates and archives objects. Give a key of a sandbox.",
  );
}
