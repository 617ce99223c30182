import { type Choices, refusalError } from "../choices";
import type { Storage } from "../storage/storage";
import { CustomerStore } from "./customers";
import { type FeatureRecord, FeatureStore } from "./features";
import { type ProductFeatureRecord, ProductFeatureStore } from "./product-features";
import { type ProductRecord, ProductStore } from "./products";

/** The objects of one account in one mode, and the rules between them. */
export class ModeState {
  /** Names the account and the mode, where records are kept. */
  readonly owner: string;
  readonly features: FeatureStore;
  readonly products: ProductStore;
  readonly productFeatures: ProductFeatureStore;
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
    this.#reachSubscribers(product.id);
    return attachment;
  }

  detach(attachment: ProductFeatureRecord): void {
    this.productFeatures.detach(attachment);
    this.#reachSubscribers(attachment.product);
  }

  /** A product takes its attachments with it. */
  deleteProduct(id: string): void {
    const product = this.products.get(id);
    if (this.customers.subscribersOf(product.id).length > 0)
      throw refusalError(this.choices.deleteProductInUse, { id });
    this.products.delete(id);
    this.productFeatures.detachAll(id);
  }

  #reachSubscribers(productId: string): void {
    if (this.choices.subscribersFollow === "nextBillingPeriod") return;
    for (const { id } of this.customers.subscribersOf(productId)) this.customers.subscribe(id, productId);
  }
}

/** What is kept of an account besides its objects. */
export interface AccountRecord {
  readonly id: string;
  /** Place in the order of accounts, the default account first. */
  readonly sequence: number;
  readonly displayName: string;
  /** Seconds since 1970. */
  readonly created: number;
  /** The platform whose keys may act for it. */
  readonly connectedTo?: string;
}

/** An account: two sets of objects, kept apart, that know of each other only for the hint in a 404. */
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
