import { type Choices, refusalError } from "../choices";
import { EventStore } from "../events/event-store";
import type { Storage } from "../storage/storage";
import { CustomerStore } from "./customers";
import { type FeatureRecord, FeatureStore } from "./features";
import { type ProductFeatureRecord, ProductFeatureStore } from "./product-features";
import { type ProductRecord, ProductStore } from "./products";

/** The objects of one account in one mode, and the rules that concern several of them. */
export class ModeState {
  /** Identifies account and mode in the storage. */
  readonly owner: string;
  readonly features: FeatureStore;
  readonly products: ProductStore;
  readonly productFeatures: ProductFeatureStore;
  readonly events: EventStore;
  readonly customers: CustomerStore;

  constructor(
    readonly account: Account,
    readonly livemode: boolean,
    readonly choices: Choices,
    storage: Storage,
  ) {
    this.owner = `${account.id}/${livemode ? "live" : "test"}`;
    const other = () => account.mode(!livemode);
    const { owner } = this;
    this.features = new FeatureStore(livemode, choices, () => other().features, storage.collection("feature", owner));
    this.products = new ProductStore(livemode, choices, () => other().products, storage.collection("product", owner));
    this.productFeatures = new ProductFeatureStore(
      livemode,
      choices,
      () => other().productFeatures,
      storage.collection("productFeature", owner),
      this.features,
    );
    this.events = new EventStore(livemode, choices, () => other().events, storage.collection("event", owner));
    this.customers = new CustomerStore(
      livemode,
      choices,
      () => other().customers,
      storage.collection("customer", owner),
      this,
    );
  }

  attach(product: ProductRecord, feature: FeatureRecord): ProductFeatureRecord {
    const attachment = this.productFeatures.attach(product, feature);
    this.#updateSubscribers(product.id);
    return attachment;
  }

  detach(attachment: ProductFeatureRecord): void {
    this.productFeatures.detach(attachment);
    this.#updateSubscribers(attachment.product);
  }

  /** Deletes a product and its attachments (S33). */
  deleteProduct(id: string): void {
    const product = this.products.get(id);
    if (this.customers.subscribersOf(product.id).length > 0)
      throw refusalError(this.choices.deleteProductInUse, { id });
    this.products.delete(id);
    this.productFeatures.detachAll(id);
  }

  #updateSubscribers(productId: string): void {
    if (this.choices.subscribersFollow === "nextBillingPeriod") return;
    for (const { id } of this.customers.subscribersOf(productId)) this.customers.subscribe(id, productId);
  }
}

/** An account as a record of the storage. */
export interface AccountRecord {
  readonly id: string;
  /** Position in the order of accounts, from 0 for the default account. */
  readonly sequence: number;
  readonly displayName: string;
  /** Seconds since 1970. */
  readonly created: number;
  /** Id of the platform whose keys can act on it. */
  readonly connectedTo?: string;
}

/**
 * An account: its objects in test and in live mode. The modes share nothing but the hint in a 404
 * (S96).
 */
export class Account {
  readonly #test: ModeState;
  readonly #live: ModeState;

  constructor(
    readonly record: AccountRecord,
    choices: Choices,
    storage: Storage,
  ) {
    this.#test = new ModeState(this, false, choices, storage);
    this.#live = new ModeState(this, true, choices, storage);
  }

  get id(): string {
    return this.record.id;
  }

  mode(livemode: boolean): ModeState {
    return livemode ? this.#live : this.#test;
  }
}
