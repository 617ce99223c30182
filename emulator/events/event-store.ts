import type { Choices } from "../choices";
import { byPath, type Reference, resourceMissing } from "../errors";
import { randomId } from "../ids";
import type { Collection } from "../storage/storage";
import { type ActiveEntitlement, type EntitlementRecord, entitlementBody } from "../store/entitlements";
import { inCreationOrder, type Listed, NewestFirst, type Page, type PageRequest } from "../store/newest-first";
import {
  type ActiveEntitlementSummary,
  type SnapshotEvent,
  snapshotEventType,
  type ThinEvent,
  thinEventTypes,
} from "./event";

/**
 * Stripe's summary holds at most ten entitlements. See
 * https://docs.stripe.com/billing/entitlements.
 */
const maxShown = 10;
/** How many events are kept. Stripe keeps those of 30 days. */
const maxEvents = 1_000;

/** A change of one customer's entitlements: a snapshot event, and the thin events about it. */
export interface EventRecord extends Listed {
  /** Seconds since 1970. */
  readonly created: number;
  readonly apiVersion: string;
  readonly summary: ActiveEntitlementSummary;
  readonly previous: ActiveEntitlementSummary["entitlements"];
  readonly thinEvents: readonly ThinEvent[];
  /** The number of webhooks that wait for the snapshot event. */
  pending: number;
}

/**
 * Returns whether the listener will deliver the snapshot event, so that the event can count it as
 * pending.
 */
export type EventListener = (event: EventRecord) => boolean;

/** The latest events of one account in one mode. */
export class EventStore {
  readonly #byId = new Map<string, EventRecord>();
  readonly #thinById = new Map<string, ThinEvent>();
  readonly #all = new NewestFirst<EventRecord>();
  readonly #listeners = new Set<EventListener>();
  #created = 0;

  constructor(
    readonly livemode: boolean,
    readonly choices: Choices,
    readonly otherMode: () => EventStore,
    readonly collection: Collection<EventRecord>,
  ) {
    for (const event of inCreationOrder(collection.all())) this.#insert({ ...event, pending: 0 });
  }

  /** Records how the entitlements of a customer changed. Records nothing where they did not. */
  recordChange(
    customer: string,
    before: readonly EntitlementRecord[],
    after: readonly EntitlementRecord[],
  ): EventRecord | undefined {
    const added = without(after, before);
    const removed = without(before, after);
    if (added.length + removed.length === 0) return undefined;
    const now = new Date();
    const id = randomId("evt_");
    const event: EventRecord = {
      id,
      sequence: this.#created,
      created: Math.floor(now.getTime() / 1000),
      apiVersion: this.choices.defaultApiVersion,
      summary: {
        object: "entitlements.active_entitlement_summary",
        customer,
        entitlements: this.#list(customer, after),
        livemode: this.livemode,
      },
      previous: this.#list(customer, before),
      thinEvents: this.#thinEvents(id, now, { added: added.length, removed: removed.length }),
      pending: 0,
    };
    this.#insert(event);
    this.collection.put(id, event);
    event.pending = [...this.#listeners].filter((listener) => listener(event)).length;
    return event;
  }

  /** Calls `listener` with each further event, until the returned function is called. */
  onEvent(listener: EventListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Records that a webhook has accepted the snapshot event. */
  noteDelivered(id: string): void {
    const event = this.#byId.get(id);
    if (event !== undefined) event.pending -= 1;
  }

  has(id: string): boolean {
    return this.#byId.has(id) || this.#thinById.has(id);
  }

  get(id: string, reference: Reference = byPath): EventRecord {
    return this.#byId.get(id) ?? this.#throwMissing(id, reference);
  }

  getThin(id: string): ThinEvent {
    return this.#thinById.get(id) ?? this.#throwMissing(id, byPath);
  }

  page(request: PageRequest): Page<EventRecord> {
    return this.#all.page(request);
  }

  all(): readonly EventRecord[] {
    return this.#all.all();
  }

  #list(customer: string, entitlements: readonly EntitlementRecord[]): ActiveEntitlementSummary["entitlements"] {
    const data: readonly ActiveEntitlement[] = entitlements
      .slice(0, maxShown)
      .map((each) => entitlementBody(each, this.livemode, false));
    const url = `/v1/customer/${customer}/entitlements`;
    return { object: "list", data, has_more: entitlements.length > data.length, url };
  }

  #thinEvents(snapshot: string, now: Date, counts: { readonly added: number; readonly removed: number }): ThinEvent[] {
    const [updated, added, removed] = thinEventTypes;
    const thin = (type: ThinEvent["type"]) =>
      ({
        id: randomId("evt_test_"),
        object: "v2.core.event",
        created: now.toISOString(),
        livemode: this.livemode,
        type,
      }) as const;
    return [
      { ...thin(updated), snapshot_event: snapshot },
      ...Array.from({ length: counts.added }, () => thin(added)),
      ...Array.from({ length: counts.removed }, () => thin(removed)),
    ];
  }

  #insert(event: EventRecord): void {
    this.#created = event.sequence + 1;
    this.#byId.set(event.id, event);
    for (const each of event.thinEvents) this.#thinById.set(each.id, each);
    this.#all.add(event);
    if (this.#byId.size > maxEvents) this.#removeOldest();
  }

  #removeOldest(): void {
    const [oldest] = this.#byId.values();
    if (oldest === undefined) return;
    this.#byId.delete(oldest.id);
    for (const { id } of oldest.thinEvents) this.#thinById.delete(id);
    this.#all.remove(oldest);
    this.collection.remove(oldest.id);
  }

  #throwMissing(id: string, reference: Reference): never {
    throw resourceMissing({
      noun: this.choices.nouns.event,
      otherModeHint: this.choices.otherModeHint,
      id,
      ...reference,
      livemode: this.livemode,
      inOtherMode: this.otherMode().has(id),
    });
  }
}

/** Returns the event as Stripe answers and delivers it. */
export function eventBody(event: EventRecord, livemode: boolean): SnapshotEvent {
  return {
    id: event.id,
    object: "event",
    api_version: event.apiVersion,
    created: event.created,
    data: { object: event.summary, previous_attributes: { entitlements: event.previous } },
    livemode,
    pending_webhooks: event.pending,
    request: null,
    type: snapshotEventType,
  };
}

function without(
  entitlements: readonly EntitlementRecord[],
  others: readonly EntitlementRecord[],
): readonly EntitlementRecord[] {
  const ids = new Set(others.map(({ id }) => id));
  return entitlements.filter(({ id }) => !ids.has(id));
}
