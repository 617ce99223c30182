import type { Exchange } from "../http/exchange";
import { faultSchema } from "../input/faults";
import { InputError, parse } from "../input/parse";
import type { ModeState } from "../store/account";
import type { AnswerFault, Fault, FaultHandle, RateLimitFault } from "./fault";
import { type Random, seededRandom } from "./random";
import { TokenBucket } from "./token-bucket";

/** The combined effect of the faults on one request. */
export interface FaultEffect {
  readonly delayMs: number;
  /** How long the object is locked, in milliseconds. Undefined if it is not locked. */
  readonly holdMs: number | undefined;
  readonly answer: AnswerFault | undefined;
}

const rateLimitedFault = { kind: "status", status: 429, code: "rate_limit" } as const;

/**
 * The faults in force. They apply in the order they were added, up to the first that replaces the
 * answer.
 */
export class Faults {
  readonly #active = new Map<number, ActiveFault>();
  #added = 0;
  readonly #routes: ReadonlySet<string>;
  readonly #random: Random;

  /** @internal */
  constructor(routes: Iterable<string>, seed: number) {
    this.#routes = new Set(routes);
    this.#random = seededRandom(seed);
  }

  /**
   * Adds a fault, which applies until it is removed or has reached its number of requests.
   *
   * @throws RangeError if the fault is invalid or its route does not exist.
   */
  add(fault: Fault): FaultHandle {
    this.#assertValid(fault);
    const id = ++this.#added;
    const active = new ActiveFault(fault, this.#random);
    this.#active.set(id, active);
    return this.#handle(id, active);
  }

  /**
   * Returns the faults in the order they were added, including those that have reached their number
   * of requests.
   */
  list(): readonly FaultHandle[] {
    return [...this.#active].map(([id, active]) => this.#handle(id, active));
  }

  /** Removes all faults. */
  clear(): void {
    this.#active.clear();
  }

  /** @internal */
  applyTo(exchange: Exchange, state: ModeState): FaultEffect {
    let delayMs = 0;
    let holdMs: number | undefined;
    for (const active of this.#active.values()) {
      if (!active.appliesTo(exchange, state)) continue;
      const { fault } = active;
      exchange.faults.push(fault.kind);
      if (fault.kind === "latency") delayMs += fault.ms + this.#random() * (fault.jitterMs ?? 0);
      else if (fault.kind === "lockTimeout") holdMs = fault.holdMs;
      else return { delayMs, holdMs, answer: fault.kind === "rateLimit" ? rateLimited(fault, state) : fault };
    }
    return { delayMs, holdMs, answer: undefined };
  }

  #handle(id: number, active: ActiveFault): FaultHandle {
    return {
      id,
      fault: active.fault,
      get hits() {
        return active.hits;
      },
      remove: () => void this.#active.delete(id),
    };
  }

  #assertValid(fault: Fault): void {
    // A field with the value undefined counts as not set.
    const given = Object.fromEntries(Object.entries(fault).filter(([, value]) => value !== undefined));
    try {
      parse(faultSchema, given);
    } catch (error) {
      if (error instanceof InputError) throw new RangeError(`Invalid fault: ${error.message}.`);
      throw error;
    }
    const { route } = fault;
    if (route === undefined || this.#routes.has(route)) return;
    throw new RangeError(
      `The route ${route} of the fault does not exist. The routes are ${[...this.#routes].join(", ")}.`,
    );
  }
}

class ActiveFault {
  hits = 0;
  #seen = 0;
  readonly #buckets = new Map<ModeState, TokenBucket>();

  constructor(
    readonly fault: Fault,
    readonly random: Random,
  ) {}

  /** Whether the fault applies to this request. Counts the request if so. */
  appliesTo(exchange: Exchange, state: ModeState): boolean {
    const { fault } = this;
    if (!this.#isTarget(exchange, state)) return false;
    if (this.hits >= (fault.times ?? Number.POSITIVE_INFINITY)) return false;
    if (fault.kind === "rateLimit" && this.#bucket(fault, state).take()) return false;
    if (this.#seen++ < (fault.skip ?? 0)) return false;
    if (fault.probability !== undefined && this.random() >= fault.probability) return false;
    this.hits += 1;
    return true;
  }

  #isTarget(exchange: Exchange, state: ModeState): boolean {
    const { account, livemode, method, route } = this.fault;
    return (
      (method === undefined || method === exchange.method) &&
      (route === undefined || route === exchange.endpoint?.path) &&
      (account === undefined || account === state.account.id) &&
      (livemode === undefined || livemode === state.livemode)
    );
  }

  #bucket(fault: RateLimitFault, state: ModeState): TokenBucket {
    const known = this.#buckets.get(state);
    if (known !== undefined) return known;
    const bucket = new TokenBucket(fault.requestsPerSecond, fault.burst ?? Math.max(1, fault.requestsPerSecond));
    this.#buckets.set(state, bucket);
    return bucket;
  }
}

/**
 * Returns Stripe's refusal: it names the limit (S83), and its message differs between the modes
 * (S84).
 */
function rateLimited(fault: RateLimitFault, state: ModeState): AnswerFault {
  const reason = fault.route === undefined ? "global-rate" : "endpoint-rate";
  const message = state.livemode ? "Request rate limit exceeded." : "Testmode request rate limit exceeded.";
  return { ...rateLimitedFault, message, headers: { "stripe-rate-limited-reason": reason } };
}
