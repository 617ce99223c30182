import type { EventType, SnapshotEvent, ThinEvent } from "../events/event";

/** One request to a webhook. */
export interface DeliveryAttempt {
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** The status of the answer. Absent if there was none. */
  readonly status?: number;
  /** Why there was no answer. */
  readonly error?: string;
}

/** An event on its way to a webhook. */
export interface Delivery {
  /** Identifies the delivery on this server. */
  readonly id: number;
  /** The id of the event, `evt_…`. */
  readonly event: string;
  readonly type: EventType;
  /** The customer whose entitlements changed. */
  readonly customer: string;
  /**
   * `waiting`: a further attempt follows. `delivered`: an attempt was answered with 2xx. `failed`:
   * no attempt was. `lost`: a fault prevented all attempts.
   */
  readonly outcome: "waiting" | "delivered" | "failed" | "lost";
  readonly attempts: readonly DeliveryAttempt[];
  /** Kinds of the faults that applied to it, in order. */
  readonly faults: readonly string[];
}

/** An event in the form in which it is delivered. */
export interface Message {
  readonly event: SnapshotEvent | ThinEvent;
  readonly customer: string;
  /** Whether a delivery of it was answered with 2xx. */
  isAccepted: boolean;
}

/** A delivery that may have further attempts. */
export class PendingDelivery implements Delivery {
  outcome: Delivery["outcome"] = "waiting";
  readonly attempts: DeliveryAttempt[] = [];

  constructor(
    readonly id: number,
    readonly message: Message,
    readonly faults: readonly string[],
  ) {}

  get event(): string {
    return this.message.event.id;
  }

  get type(): EventType {
    return this.message.event.type;
  }

  get customer(): string {
    return this.message.customer;
  }

  /** Returns a copy, which does not change any more. */
  copy(): Delivery {
    const { id, event, type, customer, outcome, attempts, faults } = this;
    return { id, event, type, customer, outcome, attempts: [...attempts], faults };
  }
}
