/** A request and its outcome. It never holds a key: the `Authorization` header is not recorded. */
export interface LoggedRequest {
  readonly method: string;
  /** The path as sent, without the query. */
  readonly path: string;
  /** The matching pattern, such as `/v1/products/:product/features`. Absent for an unknown URL. */
  readonly route?: string;
  /** The decoded parameters of query and body. */
  readonly params: Readonly<Record<string, unknown>>;
  /** Status of the answer. Absent if the connection was dropped. */
  readonly status?: number;
  /** `req_…`, the `Request-Id` of the answer. */
  readonly requestId: string;
  /** Id of the account that the request acted on. Absent if its key was refused. */
  readonly account?: string;
  readonly livemode?: boolean;
  readonly idempotencyKey?: string;
  /** Present if the answer was replayed for a repeated idempotency key. */
  readonly replayed?: true;
  readonly stripeVersion?: string;
  readonly userAgent?: string;
  /** Kinds of the faults that applied to this request, in order. */
  readonly faults?: readonly string[];
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** Milliseconds. */
  readonly durationMs: number;
}

/** Selects requests: by fields, which must all be equal, or by a function. */
export type RequestFilter =
  | Partial<Pick<LoggedRequest, "method" | "path" | "route" | "status" | "account" | "livemode" | "replayed">>
  | ((request: LoggedRequest) => boolean);

const maxEntries = 100_000;

/** The latest 100,000 requests, in the order of their answers. */
export class RequestLog {
  #entries: LoggedRequest[] = [];
  readonly #listeners = new Set<(request: LoggedRequest) => void>();

  /** A copy of the log. Later requests do not appear in it. */
  get entries(): readonly LoggedRequest[] {
    return this.#entries.slice(-maxEntries);
  }

  /** Returns the last requests, oldest first. */
  latest(limit: number): readonly LoggedRequest[] {
    return this.#entries.slice(-limit);
  }

  /** Returns the number of matching requests, or of all requests without a filter. */
  count(filter: RequestFilter = {}): number {
    return this.filter(filter).length;
  }

  /** Returns the matching requests, oldest first. */
  filter(filter: RequestFilter): readonly LoggedRequest[] {
    if (typeof filter === "function") return this.entries.filter(filter);
    const wanted = Object.entries(filter) as [keyof LoggedRequest, unknown][];
    return this.entries.filter((request) => wanted.every(([field, value]) => request[field] === value));
  }

  /** Calls `listener` with each further request, until the returned function is called. */
  onRequest(listener: (request: LoggedRequest) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Removes all requests. */
  clear(): void {
    this.#entries = [];
  }

  /** @internal */
  add(request: LoggedRequest): void {
    this.#entries.push(request);
    for (const listener of this.#listeners) listener(request);
    // Old entries are dropped in bulk, which keeps adding an entry cheap.
    if (this.#entries.length >= 2 * maxEntries) this.#entries = this.#entries.slice(-maxEntries);
  }
}
