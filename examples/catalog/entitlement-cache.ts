import Stripe from "stripe";
import { catalog } from "./catalog";

type Entitlements = ReturnType<typeof catalog.entitlementsOf>;

/** The features that a customer may use, from one list of Stripe. */
interface Entry {
  readonly entitlements: Entitlements;
  /** The position of the list among all lists, in the order of their starts. */
  readonly order: number;
  /** When the list started, in milliseconds since 1970. */
  readonly startedAt: number;
}

const type = "entitlements.active_entitlement_summary.updated";

/**
 * Tells what customers may use, without a request to Stripe for each question.
 *
 * An event only tells whose entitlements changed. Deliveries get lost, come late, twice or in
 * another order, and hold at most ten entitlements. So an event makes the cache list the
 * entitlements again, and the list that started last counts.
 */
export class EntitlementCache {
  readonly #entries = new Map<string, Entry>();
  #lists = 0;
  /** Lists up to this position started before all entries were dropped. */
  #dropped = 0;
  #lastEvent: string | undefined;
  #catchUp: Promise<void> | undefined;

  /** @param maxAge milliseconds after which an entry is listed again, whatever events say */
  constructor(
    private readonly stripe: Stripe,
    private readonly maxAge = 10 * 60_000,
  ) {}

  /** Returns what the customer may use. */
  async get(customer: string): Promise<Entitlements> {
    const known = this.#entries.get(customer);
    return known !== undefined && Date.now() - known.startedAt < this.maxAge
      ? known.entitlements
      : this.refresh(customer);
  }

  /** Lists what the customer may use. Call it for each event, whatever its age. */
  async refresh(customer: string): Promise<Entitlements> {
    this.#lists += 1;
    const [order, startedAt] = [this.#lists, Date.now()];
    const entitlements = catalog.entitlementsOf(await this.#list(customer));
    const known = this.#entries.get(customer);
    if (known !== undefined && known.order > order) return known.entitlements;
    if (order <= this.#dropped) return entitlements;
    this.#entries.set(customer, { entitlements, order, startedAt });
    return entitlements;
  }

  /**
   * Lists the entitlements of customers with events since the last call, and so those whose
   * deliveries were lost. Call it at the start and then every minute.
   */
  catchUp(): Promise<void> {
    this.#catchUp ??= this.#readEvents().finally(() => {
      this.#catchUp = undefined;
    });
    return this.#catchUp;
  }

  async #readEvents(): Promise<void> {
    for (const [customer, { startedAt }] of this.#entries) {
      if (Date.now() - startedAt >= this.maxAge) this.#entries.delete(customer);
    }
    if (this.#lastEvent === undefined) {
      const [newest] = (await this.stripe.events.list({ type, limit: 1 })).data;
      this.#lastEvent = newest?.id;
      this.#dropAll();
      return;
    }
    const { customers, newest } = await this.#customersSince(this.#lastEvent);
    for (const customer of customers) await this.refresh(customer);
    // Only now: after a failure the next call reads the same events again.
    this.#lastEvent = newest;
  }

  #dropAll(): void {
    this.#entries.clear();
    this.#dropped = this.#lists;
  }

  async #customersSince(event: string): Promise<{ customers: ReadonlySet<string>; newest: string | undefined }> {
    const customers = new Set<string>();
    let newest: string | undefined = event;
    try {
      // With `ending_before` the SDK yields the oldest event first.
      for await (const { id, data } of this.stripe.events.list({ type, limit: 100, ending_before: event })) {
        customers.add((data.object as Stripe.Entitlements.ActiveEntitlementSummary).customer);
        newest = id;
      }
    } catch (error) {
      if (!isMissing(error)) throw error;
      // Stripe keeps events for 30 days. Without the last one, every entry may be out of date.
      this.#dropAll();
      return { customers: new Set(), newest: undefined };
    }
    return { customers, newest };
  }

  async #list(customer: string): Promise<Stripe.Entitlements.ActiveEntitlement[]> {
    try {
      const list = this.stripe.entitlements.activeEntitlements.list({ customer, limit: 100 });
      return await list.autoPagingToArray({ limit: 10_000 });
    } catch (error) {
      if (isMissing(error) && error.param === "customer") return [];
      throw error;
    }
  }
}

function isMissing(error: unknown): error is Stripe.errors.StripeError {
  return error instanceof Stripe.errors.StripeError && error.code === "resource_missing";
}
