import type { ErrorType } from "../errors";

/** Selects the requests that a fault applies to: every given field must match. */
export interface FaultTarget {
  readonly method?: "GET" | "POST" | "DELETE";
  /** A route as in the request log, such as `/v1/products/:product/features`. */
  readonly route?: string;
  /** Id of the account that the request acts on. */
  readonly account?: string;
  readonly livemode?: boolean;
  /** Number of matching requests to let pass first. 0 by default. */
  readonly skip?: number;
  /** Number of requests to apply to. Unlimited by default. */
  readonly times?: number;
  /** Probability from 0 to 1, decided by seeded random numbers. 1 by default. */
  readonly probability?: number;
}

/**
 * `before`: the server has not carried the request out. `after`: it has, and only the answer is
 * replaced.
 */
export type FaultMoment = "before" | "after";

/** Answers with another status. */
export interface StatusFault extends FaultTarget {
  readonly kind: "status";
  /** From 200 to 599, except 204, 205 and 304, which have no body. */
  readonly status: number;
  /** `before` by default. */
  readonly when?: FaultMoment;
  readonly type?: ErrorType;
  readonly code?: string;
  readonly message?: string;
  readonly param?: string;
  /**
   * Headers to add or replace. Names are not case-sensitive. Headers that describe how the body is
   * sent, such as `content-length`, cannot be set.
   */
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * The whole body, instead of Stripe's error envelope. A string is sent as it is, an object as
   * JSON.
   */
  readonly body?: string | object;
  /**
   * Whether the failure is stored under the idempotency key and replayed, as Stripe does with its
   * own 500s. Only with `after`. False by default: the key keeps the true result, as when a proxy
   * between client and server fails.
   *
   * @see https://docs.stripe.com/api/idempotent_requests
   */
  readonly kept?: boolean;
}

/** Resets the connection. */
export interface DropFault extends FaultTarget {
  readonly kind: "drop";
  /** `before` by default. */
  readonly when?: FaultMoment;
}

/** Closes the connection after some bytes of the body. The request has been carried out. */
export interface CutFault extends FaultTarget {
  readonly kind: "cut";
  /** Number of bytes of the body to send. 10 by default. */
  readonly bytes?: number;
}

/** Answers with a body that is not JSON, or not in Stripe's form. */
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

/** Delays the request before it is carried out. During the delay its idempotency key is in use. */
export interface LatencyFault extends FaultTarget {
  readonly kind: "latency";
  /** Milliseconds. */
  readonly ms: number;
  /** Largest additional random delay in milliseconds. 0 by default. */
  readonly jitterMs?: number;
}

/**
 * Limits the rate of requests for each account and mode with a token bucket. Requests above it get
 * 429 `rate_limit`.
 */
export interface RateLimitFault extends FaultTarget {
  readonly kind: "rateLimit";
  readonly requestsPerSecond: number;
  /** Size of the bucket. The requests of one second by default. */
  readonly burst?: number;
}

/**
 * Makes a write lock its object for a while. Other writes to it during that time get 429
 * `lock_timeout`.
 */
export interface LockTimeoutFault extends FaultTarget {
  readonly kind: "lockTimeout";
  /** Milliseconds. */
  readonly holdMs: number;
}

/** Selects the webhook deliveries that a fault applies to: every given field must match. */
export interface DeliveryFaultTarget {
  /** A type of events, such as `entitlements.active_entitlement_summary.updated`. */
  readonly type?: string;
  /** Id of the account whose event it is. */
  readonly account?: string;
  readonly livemode?: boolean;
  /** Number of matching deliveries to let pass first. 0 by default. */
  readonly skip?: number;
  /** Number of deliveries to apply to. Unlimited by default. */
  readonly times?: number;
  /** Probability from 0 to 1, decided by seeded random numbers. 1 by default. */
  readonly probability?: number;
}

/** Never sends the event. */
export interface LostDeliveryFault extends DeliveryFaultTarget {
  readonly kind: "lostDelivery";
}

/** Sends the event later. */
export interface LateDeliveryFault extends DeliveryFaultTarget {
  readonly kind: "lateDelivery";
  /** Milliseconds. */
  readonly ms: number;
  /** Largest additional random delay in milliseconds. 0 by default. */
  readonly jitterMs?: number;
}

/** Sends the event again after it was sent. */
export interface DuplicateDeliveryFault extends DeliveryFaultTarget {
  readonly kind: "duplicateDelivery";
  /** How often it is sent again. 1 by default. */
  readonly copies?: number;
}

/** Sends the event after the next one of the same webhook. */
export interface ReorderedDeliveryFault extends DeliveryFaultTarget {
  readonly kind: "reorderedDelivery";
  /** Milliseconds to wait for the next event. 1,000 by default. */
  readonly maxMs?: number;
}

/** A failure of a webhook delivery. */
export type DeliveryFault = LostDeliveryFault | LateDeliveryFault | DuplicateDeliveryFault | ReorderedDeliveryFault;

/** A failure of a request. */
export type RequestFault =
  | StatusFault
  | DropFault
  | CutFault
  | GarbageFault
  | LatencyFault
  | RateLimitFault
  | LockTimeoutFault;

/** A failure as data. */
export type Fault = RequestFault | DeliveryFault;

/** A fault that replaces the answer. */
export type AnswerFault = StatusFault | DropFault | CutFault | GarbageFault;

/** A fault that has been added. */
export interface FaultHandle {
  /** Identifies the fault on this server. */
  readonly id: number;
  readonly fault: Fault;
  /** Number of requests, or of deliveries, that it has applied to. */
  readonly hits: number;
  /** Removes the fault. */
  remove(): void;
}
