import type { ErrorType } from "../errors";

/** Which requests a fault meets: those for which every field given holds. */
export interface FaultTarget {
  readonly method?: "GET" | "POST" | "DELETE";
  /** As in the request log, such as `/v1/products/:product/features`. */
  readonly route?: string;
  /** `acct_…` the request acts on. */
  readonly account?: string;
  readonly livemode?: boolean;
  /** Lets this many matching requests pass first; 0 by default. */
  readonly skip?: number;
  /** Meets this many requests and then no more; without limit by default. */
  readonly times?: number;
  /** From 0 to 1, decided by the seeded random numbers; 1 by default. */
  readonly probability?: number;
}

/** `before`: nothing has happened on the server. `after`: the request has been carried out, only its answer is lost. */
export type FaultMoment = "before" | "after";

/** An answer of another status. */
export interface StatusFault extends FaultTarget {
  readonly kind: "status";
  /** From 200 to 599, but for 204, 205 and 304, which have no body. */
  readonly status: number;
  /** `before` by default. */
  readonly when?: FaultMoment;
  readonly type?: ErrorType;
  readonly code?: string;
  readonly message?: string;
  readonly param?: string;
  /** Set or replaced, whatever letters a name is in; none that say how the body is sent, such as `content-length`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The whole body, instead of Stripe's error envelope: sent as it is, or as JSON when it is not a text. */
  readonly body?: string | object;
  /**
   * With `after`: the failure itself is kept for the idempotency key and replayed, as Stripe does with its own 500s
   * [docs]. By default the key keeps the true result, as when a proxy in between has failed.
   */
  readonly kept?: boolean;
}

/** A connection that is reset. */
export interface DropFault extends FaultTarget {
  readonly kind: "drop";
  /** `before` by default. */
  readonly when?: FaultMoment;
}

/** An answer that ends in the middle: the connection closes after some bytes of the body. Always after acting. */
export interface CutFault extends FaultTarget {
  readonly kind: "cut";
  /** Bytes of the body that are sent; 10 by default. */
  readonly bytes?: number;
}

/** An answer that is not JSON, or not of Stripe's shape. */
export interface GarbageFault extends FaultTarget {
  readonly kind: "garbage";
  readonly body: string;
  /** 200 by default. */
  readonly status?: number;
  /** `text/html` by default. */
  readonly contentType?: string;
  /** `before` by default. */
  readonly when?: FaultMoment;
}

/** Time passes before the server acts; the idempotency key is in use meanwhile. */
export interface LatencyFault extends FaultTarget {
  readonly kind: "latency";
  /** Milliseconds. */
  readonly ms: number;
  /** Up to this many milliseconds more, at random; 0 by default. */
  readonly jitterMs?: number;
}

/** A rate limit for each account and mode, as a token bucket: 429 `rate_limit`. */
export interface RateLimitFault extends FaultTarget {
  readonly kind: "rateLimit";
  readonly requestsPerSecond: number;
  /** Size of the bucket; one second's worth by default. */
  readonly burst?: number;
}

/** A write holds the object it acts on for a while; another write to it meanwhile is answered 429 `lock_timeout`. */
export interface LockTimeoutFault extends FaultTarget {
  readonly kind: "lockTimeout";
  /** Milliseconds. */
  readonly holdMs: number;
}

/** What can go wrong, as data. */
export type Fault =
  | StatusFault
  | DropFault
  | CutFault
  | GarbageFault
  | LatencyFault
  | RateLimitFault
  | LockTimeoutFault;

/** A fault that takes the place of the answer. */
export type AnswerFault = StatusFault | DropFault | CutFault | GarbageFault;

/** A fault that has been added. */
export interface FaultHandle {
  /** Names it among the faults of this server. */
  readonly id: number;
  readonly fault: Fault;
  /** How many requests it has met. */
  readonly hits: number;
  /** Ends it. */
  remove(): void;
}
