/** One request and what became of it. Never holds a key: the `Authorization` header is not recorded. */
export interface LoggedRequest {
  readonly method: string;
  /** As sent, without the query. */
  readonly path: string;
  /** The pattern that answered, such as `/v1/products/:product/features`; absent for an unknown URL. */
  readonly route?: string;
  /** Query and form, decoded. */
  readonly params: Readonly<Record<string, unknown>>;
  /** Status of the answer; absent when the connection was dropped. */
  readonly status?: number;
  /** `req_…`, as in the answer's `Request-Id`. */
  readonly requestId: string;
  /** Whose state the request met; absent when its key was refused. */
  readonly account?: string;
  readonly livemode?: boolean;
  readonly idempotencyKey?: string;
  /** The answer is a stored one, given again for the same idempotency key. */
  readonly replayed?: true;
  readonly stripeVersion?: string;
  readonly userAgent?: string;
  /** Kinds of the faults that met this request, in order. */
  readonly faults?: readonly string[];
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** Milliseconds. */
  readonly durationMs: number;
}

/** Which requests to count: every field given must be equal; a function decides by itself. */
export type RequestFilter =
  | Partial<Pick<LoggedRequest, "method" | "path" | "route" | "status" | "account" | "livemode" | "replayed">>
  | ((request: LoggedRequest) => boolean);

const maxEntries = 100_000;

/** What was asked, in the order of the answers. Keeps the latest 100,000 requests. */
export class RequestLog {
  #entries: LoggedRequest[] = [];
  readonly #listeners = new Set<(request: LoggedRequest) => void>();

  /** A copy; requests that come later do not show in it. */
  get entries(): readonly LoggedRequest[] {
    return this.#entries.slice(-maxEntries);
  }

  /** The last requests, oldest first. */
  latest(limit: number): readonly LoggedRequest[] {
    return this.#entries.slice(-limit);
  }

  /** How many requests match; all of them without a filter. */
  count(filter: RequestFilter = {}): number {
    return this.filter(filter).length;
  }

  filter(filter: RequestFilter): readonly LoggedRequest[] {
    if (typeof filter === "function") return this.entries.filter(filter);
    const wanted = Object.entries(filter) as [keyof LoggedRequest, unknown][];
    return this.entries.filter((request) => wanted.every(([field, value]) => request[field] === value));
  }

  /** Calls `listener` with each request to come, until the function it returns is called. */
  onRequest(listener: (request: LoggedRequest) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  clear(): void {
    this.#entries = [];
  }

  /** @internal */
  add(request: LoggedRequest): void {
    this.#entries.push(request);
    for (const listener of this.#listeners) listener(request);
    // Dropping old entries in bulk keeps adding one cheap.
    if (this.#entries.length >= 2 * maxEntries) this.#entries = this.#entries.slice(-maxEntries);
  }
}
