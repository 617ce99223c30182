import type { ActiveEntitlement } from "../store/entitlements";

/**
 * The type of the event that holds the entitlements of a customer, which Stripe calls a snapshot
 * event.
 */
export const snapshotEventType: SnapshotEvent["type"] = "entitlements.active_entitlement_summary.updated";

/** The types of thin events about entitlements. Only the first one has a snapshot event. */
export const thinEventTypes = [
  "v1.entitlements.active_entitlement_summary.updated",
  "v1.entitlements.active_entitlement_summary.entitlement_added",
  "v1.entitlements.active_entitlement_summary.entitlement_removed",
] as const satisfies readonly ThinEvent["type"][];

/** The type of a snapshot event or of a thin event. */
export type EventType = SnapshotEvent["type"] | ThinEvent["type"];

/** The entitlements of a customer in an event: the newest ten. */
export interface ActiveEntitlementSummary {
  readonly object: "entitlements.active_entitlement_summary";
  readonly customer: string;
  readonly entitlements: {
    readonly object: "list";
    readonly data: readonly ActiveEntitlement[];
    readonly has_more: boolean;
    readonly url: string;
  };
  readonly livemode: boolean;
}

/**
 * An event with a snapshot of the object, as a webhook delivers it and `GET /v1/events` lists it.
 *
 * @see https://docs.stripe.com/api/events/object
 */
export interface SnapshotEvent {
  /** `evt_…` */
  readonly id: string;
  readonly object: "event";
  readonly api_version: string;
  /** Seconds since 1970. */
  readonly created: number;
  readonly data: {
    readonly object: ActiveEntitlementSummary;
    readonly previous_attributes: { readonly entitlements: ActiveEntitlementSummary["entitlements"] };
  };
  readonly livemode: boolean;
  /** The number of webhooks to which the event was not delivered yet. */
  readonly pending_webhooks: number;
  /** Null: the change of a subscription is no request of the emulator's API. */
  readonly request: null;
  readonly type: "entitlements.active_entitlement_summary.updated";
}

/**
 * A thin event: it names what happened, and holds no object. Stripe's SDK describes no related
 * object for these types.
 *
 * @see https://docs.stripe.com/api/v2/core/events/object
 */
export interface ThinEvent {
  /** `evt_…` */
  readonly id: string;
  readonly object: "v2.core.event";
  /** A time of ISO 8601. */
  readonly created: string;
  readonly livemode: boolean;
  /** The snapshot event with the customer. Only the first type has one. */
  readonly snapshot_event?: string;
  readonly type:
    | "v1.entitlements.active_entitlement_summary.updated"
    | "v1.entitlements.active_entitlement_summary.entitlement_added"
    | "v1.entitlements.active_entitlement_summary.entitlement_removed";
}
