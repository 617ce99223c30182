import { setTimeout as wait } from "node:timers/promises";
import type { EventType } from "../events/event";
import { type EventRecord, eventBody } from "../events/event-store";
import type { DeliveryEffect, Faults } from "../faults/faults";
import { randomId } from "../ids";
import type { ModeState } from "../store/account";
import { type Delivery, type Message, PendingDelivery } from "./delivery";
import { signatureOf } from "./signature";
import { isWebhookUrl } from "./url";

/** The options of a webhook. */
export interface WebhookOptions {
  /** Where events are sent: an address of this machine, such as `http://127.0.0.1:4242/webhook`. */
  readonly url: string;
  /** The signing secret, `whsec_…`. Random by default. */
  readonly secret?: string;
  /** Whether it gets snapshot events or thin events. `snapshot` by default. */
  readonly payload?: "snapshot" | "thin";
  /** The types of events that it gets. All types of its payload by default. */
  readonly types?: readonly EventType[];
  /**
   * Milliseconds before each further attempt, after one that was not answered with 2xx. 1, 5 and 30
   * seconds by default. Stripe retries for up to three days.
   */
  readonly retryDelays?: readonly number[];
}

const defaultRetryDelays = [1_000, 5_000, 30_000];
/** Milliseconds that a webhook may take to answer. */
const timeout = 10_000;
/** How many deliveries are kept. */
const maxDeliveries = 1_000;

/** The parts of the emulator that a webhook needs. */
interface WebhookSource {
  readonly state: ModeState;
  readonly faults: Faults;
  /** Returns the id of a new delivery. */
  readonly nextDelivery: () => number;
  /** Called after each change of a delivery. */
  readonly onChange: () => void;
}

/** Sends the events of one account and mode to a URL, signed as Stripe does. */
export class Webhook {
  readonly url: string;
  /** The signing secret, `whsec_…`, for `stripe.webhooks.constructEvent`. */
  readonly secret: string;
  readonly payload: "snapshot" | "thin";
  readonly #types: readonly EventType[] | undefined;
  readonly #retryDelays: readonly number[];
  readonly #deliveries = new Map<number, PendingDelivery>();
  readonly #running = new Set<Promise<void>>();
  readonly #closed = new AbortController();
  readonly #stopListening: () => void;
  /** Ends when the first attempts of all deliveries so far have ended. */
  #firstAttempts: Promise<unknown> = Promise.resolve();
  /** By the id of the delivery that waits. */
  readonly #waitsForNext = new Map<number, () => void>();

  /** @internal */
  constructor(
    options: WebhookOptions,
    private readonly source: WebhookSource,
  ) {
    if (!isWebhookUrl(options.url)) {
      throw new RangeError(
        `"${options.url}" is not a URL that a webhook can have. Use an http URL of this machine, such as http://127.0.0.1:4242/webhook.`,
      );
    }
    const { secret = randomId("whsec_", 32), payload = "snapshot", retryDelays = defaultRetryDelays } = options;
    this.url = options.url;
    this.secret = secret;
    this.payload = payload;
    this.#types = options.types;
    this.#retryDelays = retryDelays;
    this.#stopListening = source.state.events.onEvent((event) => this.#accept(event));
  }

  /** The latest 1,000 deliveries, oldest first. */
  get deliveries(): readonly Delivery[] {
    return [...this.#deliveries.values()].map((delivery) => delivery.copy());
  }

  /**
   * Sends an event again, as the Dashboard does. Faults do not apply to it.
   *
   * @throws RangeError if there is no such delivery.
   */
  async resend(id: number): Promise<Delivery> {
    const known = this.#deliveries.get(id);
    if (known === undefined) throw new RangeError(`There is no delivery ${id}.`);
    const delivery = this.#add(known.message, []);
    await this.#track(this.#attempt(delivery));
    this.#end(delivery);
    return delivery.copy();
  }

  /** Resolves once no delivery waits for an attempt. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  /** Stops all deliveries. */
  remove(): void {
    this.#stopListening();
    this.#closed.abort();
  }

  /** Starts the deliveries of an event. Returns whether its snapshot is among them. */
  #accept(event: EventRecord): boolean {
    const messages = this.#messagesOf(event).filter(
      (message) => this.#types === undefined || this.#types.includes(message.event.type),
    );
    for (const message of messages) this.#deliver(message);
    return this.payload === "snapshot" && messages.length > 0;
  }

  #messagesOf(event: EventRecord): readonly Message[] {
    const { customer } = event.summary;
    if (this.payload === "thin") return event.thinEvents.map((each) => ({ event: each, customer, isAccepted: false }));
    return [
      { event: { ...eventBody(event, this.source.state.livemode), pending_webhooks: 1 }, customer, isAccepted: false },
    ];
  }

  #deliver(message: Message): void {
    const { faults, state } = this.source;
    const effect = faults.applyToDelivery(message.event.type, state);
    const delivery = this.#add(message, effect.kinds);
    if (effect.isLost) delivery.outcome = "lost";
    else void this.#track(this.#deliverWith(delivery, effect));
  }

  async #deliverWith(delivery: PendingDelivery, effect: DeliveryEffect): Promise<void> {
    if (effect.waitsForNextMs !== undefined) await this.#waitForNext(delivery.id, effect.waitsForNextMs);
    if (effect.delayMs > 0) await this.#pause(effect.delayMs);
    const isOnTime = effect.waitsForNextMs === undefined && effect.delayMs === 0;
    await (isOnTime ? this.#attemptInTurn(delivery) : this.#attempt(delivery));
    for (let copy = 0; copy < effect.copies; copy += 1) await this.#attempt(delivery);
    for (const delay of this.#retryDelays) {
      if (delivery.outcome === "delivered" || this.#closed.signal.aborted) break;
      await this.#pause(delay);
      await this.#attempt(delivery);
    }
    this.#end(delivery);
  }

  /**
   * Makes the first attempt after those of earlier events, so that events arrive in their order.
   */
  #attemptInTurn(delivery: PendingDelivery): Promise<void> {
    const attempt = this.#firstAttempts.then(() => this.#attempt(delivery));
    this.#firstAttempts = attempt;
    return attempt;
  }

  async #attempt(delivery: PendingDelivery): Promise<void> {
    if (this.#closed.signal.aborted) return;
    const startedAt = Date.now();
    try {
      const status = await this.#send(JSON.stringify(delivery.message.event, undefined, 2), startedAt);
      delivery.attempts.push({ startedAt, status });
      if (status >= 200 && status < 300) this.#noteDelivered(delivery);
    } catch (error) {
      delivery.attempts.push({ startedAt, error: messageOf(error) });
    }
    this.source.onChange();
    for (const [id, resolve] of this.#waitsForNext) if (id < delivery.id) resolve();
  }

  async #send(payload: string, now: number): Promise<number> {
    const response = await fetch(this.url, {
      method: "POST",
      headers: {
        "content-type": "application/json; charset=utf-8",
        "stripe-signature": signatureOf(payload, this.secret, Math.floor(now / 1000)),
        "user-agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
      },
      body: payload,
      redirect: "manual",
      signal: AbortSignal.any([this.#closed.signal, AbortSignal.timeout(timeout)]),
    });
    await response.arrayBuffer();
    return response.status;
  }

  #noteDelivered(delivery: PendingDelivery): void {
    const { message } = delivery;
    delivery.outcome = "delivered";
    if (message.isAccepted) return;
    message.isAccepted = true;
    if (this.payload === "snapshot") this.source.state.events.noteDelivered(delivery.event);
  }

  /** Notes that no further attempt follows. */
  #end(delivery: PendingDelivery): void {
    if (delivery.outcome === "waiting") delivery.outcome = "failed";
    this.source.onChange();
  }

  #add(message: Message, faults: readonly string[]): PendingDelivery {
    const delivery = new PendingDelivery(this.source.nextDelivery(), message, faults);
    this.#deliveries.set(delivery.id, delivery);
    this.source.onChange();
    const [oldest] = this.#deliveries.keys();
    if (this.#deliveries.size > maxDeliveries && oldest !== undefined) this.#deliveries.delete(oldest);
    return delivery;
  }

  /** Waits until a later delivery had its first attempt, or for the given time. */
  async #waitForNext(id: number, ms: number): Promise<void> {
    const next = new Promise<void>((resolve) => this.#waitsForNext.set(id, resolve));
    await Promise.race([next, this.#pause(ms)]);
    this.#waitsForNext.delete(id);
  }

  /** Waits. The timer does not keep the process alive after the server is closed. */
  async #pause(ms: number): Promise<void> {
    await wait(ms, undefined, { ref: false, signal: this.#closed.signal }).catch(() => undefined);
  }

  #track(work: Promise<void>): Promise<void> {
    const running = work.finally(() => this.#running.delete(running));
    this.#running.add(running);
    return running;
  }
}

/** Returns the message of the cause, because that of `fetch` is "fetch failed" only. */
function messageOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  return cause instanceof Error ? cause.message : String(cause);
}
