import type { Exchange } from "../http/exchange";
import { faultSchema } from "../input/faults";
import { InputError, parse } from "../input/parse";
import type { ModeState } from "../store/account";
import type { AnswerFault, DeliveryFault, Fault, FaultHandle, RateLimitFault, RequestFault } from "./fault";
import { type Random, seededRandom } from "./random";
import { TokenBucket } from "./token-bucket";

/** The combined effect of the faults on one request. */
export interface FaultEffect {
  readonly delayMs: number;
  /** How long the object is locked, in milliseconds. Undefined if it is not locked. */
  readonly holdMs: number | undefined;
  readonly answer: AnswerFault | undefined;
}

/** The combined effect of the faults on one delivery to a webhook. */
export interface DeliveryEffect {
  readonly isLost: boolean;
  readonly delayMs: number;
  /** How often the event is sent again. */
  readonly copies: number;
  /** Milliseconds to wait for the next event. Undefined if the event is not reordered. */
  readonly waitsForNextMs: number | undefined;
  /** Kinds of the faults that applied, in order. */
  readonly kinds: readonly string[];
}

/** Milliseconds. */
const defaultReorderMs = 1_000;

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
      const fault = requestFaultOf(active);
      if (fault === undefined || !active.appliesTo(state, isTarget(fault, exchange))) continue;
      exchange.faults.push(fault.kind);
      if (fault.kind === "latency") delayMs += fault.ms + this.#random() * (fault.jitterMs ?? 0);
      else if (fault.kind === "lockTimeout") holdMs = fault.holdMs;
      else return { delayMs, holdMs, answer: fault.kind === "rateLimit" ? rateLimited(fault, state) : fault };
    }
    return { delayMs, holdMs, answer: undefined };
  }

  /** @internal */
  applyToDelivery(type: string, state: ModeState): DeliveryEffect {
    const applied = [...this.#active.values()].flatMap((active) => {
      const fault = deliveryFaultOf(active);
      return fault !== undefined && active.appliesTo(state, [undefined, type].includes(fault.type)) ? [fault] : [];
    });
    return {
      isLost: applied.some(({ kind }) => kind === "lostDelivery"),
      delayMs: sum(applied, (fault) =>
        fault.kind === "lateDelivery" ? fault.ms + this.#random() * (fault.jitterMs ?? 0) : 0,
      ),
      copies: sum(applied, (fault) => (fault.kind === "duplicateDelivery" ? (fault.copies ?? 1) : 0)),
      waitsForNextMs: applied
        .filter((fault) => fault.kind === "reorderedDelivery")
        .map(({ maxMs = defaultReorderMs }) => maxMs)
        .at(0),
      kinds: applied.map(({ kind }) => kind),
    };
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
    const route = "route" in fault ? fault.route : undefined;
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

  /** Whether the fault applies to this request or delivery. Counts it if so. */
  appliesTo(state: ModeState, isTarget: boolean): boolean {
    const { fault } = this;
    if (!isTarget || !this.#isOf(state)) return false;
    if (this.hits >= (fault.times ?? Number.POSITIVE_INFINITY)) return false;
    if (fault.kind === "rateLimit" && this.#bucket(fault, state).take()) return false;
    if (this.#seen++ < (fault.skip ?? 0)) return false;
    if (fault.probability !== undefined && this.random() >= fault.probability) return false;
    this.hits += 1;
    return true;
  }

  #isOf(state: ModeState): boolean {
    const { account, livemode } = this.fault;
    return (
      (account === undefined || account === state.account.id) && (livemode === undefined || livemode === state.livemode)
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

const deliveryKinds: readonly string[] = [
  "lostDelivery",
  "lateDelivery",
  "duplicateDelivery",
  "reorderedDelivery",
] satisfies DeliveryFault["kind"][];

function deliveryFaultOf({ fault }: ActiveFault): DeliveryFault | undefined {
  return deliveryKinds.includes(fault.kind) ? (fault as DeliveryFault) : undefined;
}

function requestFaultOf({ fault }: ActiveFault): RequestFault | undefined {
  return deliveryKinds.includes(fault.kind) ? undefined : (fault as RequestFault);
}

function isTarget({ method, route }: RequestFault, exchange: Exchange): boolean {
  return (
    (method === undefined || method === exchange.method) && (route === undefined || route === exchange.endpoint?.path)
  );
}

function sum<Item>(items: readonly Item[], amount: (item: Item) => number): number {
  return items.reduce((total, item) => total + amount(item), 0);
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
