import type { Choices } from "../choices";
import { byPath, type Reference, resourceMissing, StripeError } from "../errors";
import type { EventStore } from "../events/event-store";
import { randomId } from "../ids";
import type { Collection } from "../storage/storage";
import { type EntitlementRecord, Entitlements } from "./entitlements";
import type { FeatureStore } from "./features";
import { inCreationOrder, type Listed, NewestFirst } from "./newest-first";
import type { ProductFeatureStore } from "./product-features";
import type { ProductStore } from "./products";

/** A customer, with the properties that matter for entitlements. */
export interface Customer {
  readonly id: string;
  readonly livemode: boolean;
  readonly name: string;
  /** Ids of the products that the customer subscribes to, in the order of subscription. */
  readonly products: readonly string[];
}

interface CustomerRecord extends Listed {
  readonly name: string;
  /** For each product, the ids of the features it had when the current billing period began. */
  readonly granted: Map<string, readonly string[]>;
  readonly entitlements: Entitlements;
}

/** A customer as a record of the storage. */
export interface PersistedCustomer extends Listed {
  readonly name: string;
  readonly granted: readonly (readonly [product: string, features: readonly string[]])[];
  readonly entitlements: readonly (Listed & { readonly feature: string })[];
}

/** Other stores of the same account and mode. */
interface RelatedStores {
  readonly features: FeatureStore;
  readonly products: ProductStore;
  readonly productFeatures: ProductFeatureStore;
  readonly events: EventStore;
}

/** The customers of one account in one mode, with their subscriptions and entitlements. */
export class CustomerStore {
  readonly #byId = new Map<string, CustomerRecord>();
  readonly #all = new NewestFirst<CustomerRecord>();
  #created = 0;

  constructor(
    readonly livemode: boolean,
    readonly choices: Choices,
    readonly otherMode: () => CustomerStore,
    readonly collection: Collection<PersistedCustomer>,
    readonly related: RelatedStores,
  ) {
    for (const record of inCreationOrder(collection.all())) this.#insert(this.#restored(record));
  }

  create({ id = randomId("cus_", 14), name = "" }: { readonly id?: string; readonly name?: string }): CustomerRecord {
    if (this.#byId.has(id)) {
      throw new StripeError(400, { code: "resource_already_exists", message: "Customer already exists.", param: "id" });
    }
    const customer = { id, sequence: this.#created, name, granted: new Map(), entitlements: new Entitlements() };
    this.#insert(customer);
    this.#persist(customer);
    return customer;
  }

  has(id: string): boolean {
    return this.#byId.has(id);
  }

  get(id: string, reference: Reference = byPath): CustomerRecord {
    const customer = this.#byId.get(id);
    if (customer !== undefined) return customer;
    throw resourceMissing({
      noun: this.choices.nouns.customer,
      otherModeHint: this.choices.otherModeHint,
      id,
      ...reference,
      livemode: this.livemode,
      inOtherMode: this.otherMode().has(id),
    });
  }

  all(): readonly CustomerRecord[] {
    return this.#all.all();
  }

  delete(id: string): void {
    const customer = this.get(id);
    this.#byId.delete(id);
    this.#all.remove(customer);
    this.collection.remove(id);
    // Its subscriptions end with it.
    this.related.events.recordChange(id, customer.entitlements.list.all(), []);
  }

  /** Starts or renews a subscription. The features of the product take effect immediately. */
  subscribe(id: string, productId: string): CustomerRecord {
    const customer = this.get(id);
    const product = this.related.products.get(productId);
    customer.granted.set(product.id, this.#featuresOf(product.id));
    return this.#updateEntitlements(customer);
  }

  cancel(id: string, productId: string): CustomerRecord {
    const customer = this.get(id);
    customer.granted.delete(this.related.products.get(productId).id);
    return this.#updateEntitlements(customer);
  }

  /**
   * Features attached or detached since the last billing period take effect (S42), archived ones
   * included (S24).
   */
  startBillingPeriod(id: string): CustomerRecord {
    const customer = this.get(id);
    for (const product of customer.granted.keys()) customer.granted.set(product, this.#featuresOf(product));
    return this.#updateEntitlements(customer);
  }

  subscribersOf(productId: string): readonly CustomerRecord[] {
    return this.all().filter(({ granted }) => granted.has(productId));
  }

  findEntitlement(id: string): EntitlementRecord | undefined {
    for (const { entitlements } of this.#byId.values()) {
      const found = entitlements.find(id);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  getEntitlement(id: string): EntitlementRecord {
    return this.findEntitlement(id) ?? this.#throwMissing(id, byPath);
  }

  /** Throws for an entitlement of another customer, which is in no list of this one. */
  getEntitlementOf(customer: CustomerRecord, id: string, reference: Reference): EntitlementRecord {
    return customer.entitlements.find(id) ?? this.#throwMissing(id, reference);
  }

  #throwMissing(id: string, reference: Reference): never {
    throw resourceMissing({
      noun: this.choices.nouns.activeEntitlement,
      otherModeHint: this.choices.otherModeHint,
      id,
      ...reference,
      livemode: this.livemode,
      inOtherMode: this.otherMode().findEntitlement(id) !== undefined,
    });
  }

  #featuresOf(productId: string): string[] {
    const attached = this.related.productFeatures.all(productId).toReversed();
    return attached.map(({ feature }) => feature.id);
  }

  #updateEntitlements(customer: CustomerRecord): CustomerRecord {
    const before = customer.entitlements.list.all();
    const features = [...customer.granted.values()].flat();
    customer.entitlements.setFeatures(features.map((id) => this.related.features.get(id)));
    this.#persist(customer);
    this.related.events.recordChange(customer.id, before, customer.entitlements.list.all());
    return customer;
  }

  #insert(customer: CustomerRecord): void {
    this.#created = customer.sequence + 1;
    this.#byId.set(customer.id, customer);
    this.#all.add(customer);
  }

  #persist({ id, sequence, name, granted, entitlements }: CustomerRecord): void {
    const persisted = entitlements.list.all().map((each) => ({ ...each, feature: each.feature.id }));
    this.collection.put(id, { id, sequence, name, granted: [...granted], entitlements: persisted });
  }

  #restored({ granted, entitlements, ...rest }: PersistedCustomer): CustomerRecord {
    const { features } = this.related;
    const known = inCreationOrder(entitlements).map((each) => ({ ...each, feature: features.get(each.feature) }));
    return { ...rest, granted: new Map(granted), entitlements: new Entitlements(known) };
  }
}

export function customerBody({ id, name, granted }: CustomerRecord, livemode: boolean): Customer {
  return { id, livemode, name, products: [...granted.keys()] };
}
