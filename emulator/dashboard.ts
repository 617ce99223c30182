import type { ModeState } from "./store/account";
import { type Customer, customerBody } from "./store/customers";
import { type ActiveEntitlement, entitlementBody } from "./store/entitlements";
import { type Feature, type FeatureFilter, featureBody } from "./store/features";
import type { Metadata, MetadataPatch } from "./store/metadata";
import { type ProductFeature, productFeatureBody } from "./store/product-features";
import { type Product, productBody } from "./store/products";

/**
 * What a person does in the Dashboard, and a look at the state: at once, without a request, and not in the request log.
 * Returns copies in the form Stripe's API answers. The rules of the objects hold here too, and breaking one throws
 * Stripe's error; only the length of names and lookup keys is not looked at.
 */
export class Dashboard {
  readonly #state: ModeState;

  /** @internal */
  constructor(state: ModeState) {
    this.#state = state;
  }

  createProduct(product: { readonly name: string; readonly id?: string; readonly active?: boolean }): Product {
    return this.#product(this.#state.products.create(product).id);
  }

  /** Makes a product available or not; attachments stay. */
  setProductActive(id: string, active: boolean): Product {
    return this.#product(this.#state.products.update(id, { active }).id);
  }

  /** Deletes a product and its attachments; refused while a customer has subscribed to it. */
  deleteProduct(id: string): void {
    this.#state.deleteProduct(id);
  }

  /** All products, newest first. */
  products(): readonly Product[] {
    return this.#state.products.all().map((product) => productBody(product, this.#state.livemode));
  }

  createFeature(feature: { readonly lookupKey: string; readonly name: string; readonly metadata?: Metadata }): Feature {
    const { lookupKey, ...rest } = feature;
    return this.#feature(this.#state.features.create({ lookup_key: lookupKey, ...rest }).id);
  }

  renameFeature(id: string, name: string): Feature {
    return this.#feature(this.#state.features.update(id, { name }).id);
  }

  /** Makes the metadata exactly this, where the API would merge. */
  setMetadata(id: string, metadata: Metadata): Feature {
    const current = Object.keys(this.#state.features.get(id).metadata);
    const cleared: MetadataPatch = Object.fromEntries(current.map((key) => [key, ""]));
    return this.#feature(this.#state.features.update(id, { metadata: { ...cleared, ...metadata } }).id);
  }

  /** Archives for good: a feature cannot be made active again [docs]. */
  archiveFeature(id: string): Feature {
    return this.#feature(this.#state.features.update(id, { active: false }).id);
  }

  /** Features, newest first: all of them, or only the archived, or only the active. */
  features(filter: Pick<FeatureFilter, "archived"> = {}): readonly Feature[] {
    return this.#state.features.all(filter.archived).map((feature) => featureBody(feature, this.#state.livemode));
  }

  /** One feature, archived or not; undefined when there is none with this id. */
  feature(id: string): Feature | undefined {
    return this.#state.features.has(id) ? this.#feature(id) : undefined;
  }

  attach(productId: string, featureId: string): ProductFeature {
    const { features, livemode, products } = this.#state;
    return productFeatureBody(this.#state.attach(products.get(productId), features.get(featureId)), livemode);
  }

  /** Detaches by the id of the attachment, `prodft_…`, or of the feature, `feat_…`. */
  detach(productId: string, id: string): void {
    const { productFeatures } = this.#state;
    this.#state.detach(productFeatures.findByFeature(productId, id) ?? productFeatures.get(productId, id));
  }

  /** What is attached to a product, newest first. */
  productFeatures(productId: string): readonly ProductFeature[] {
    const { id } = this.#state.products.get(productId);
    return this.#state.productFeatures.all(id).map((item) => productFeatureBody(item, this.#state.livemode));
  }

  /** Makes a customer who has subscribed to `products`; nothing by default. */
  createCustomer(customer: {
    readonly id?: string;
    readonly name?: string;
    readonly products?: readonly string[];
  }): Customer {
    const { products = [], ...rest } = customer;
    for (const product of products) this.#state.products.get(product);
    const { id } = this.#state.customers.create(rest);
    for (const product of products) this.#state.customers.subscribe(id, product);
    return this.#customer(id);
  }

  /** Ends the customer's subscriptions and entitlements, too. */
  deleteCustomer(id: string): void {
    this.#state.customers.delete(id);
  }

  /** All customers, newest first. */
  customers(): readonly Customer[] {
    return this.#state.customers.all().map((customer) => customerBody(customer, this.#state.livemode));
  }

  /** Subscribes a customer to a product: what is attached to it now is an entitlement at once. Again: renews it. */
  subscribe(customerId: string, productId: string): Customer {
    return customerBody(this.#state.customers.subscribe(customerId, productId), this.#state.livemode);
  }

  /** Ends a subscription, and the entitlements that no other one brings. */
  cancelSubscription(customerId: string, productId: string): Customer {
    return customerBody(this.#state.customers.cancel(customerId, productId), this.#state.livemode);
  }

  /** Lets what was attached or detached meanwhile reach a customer, as with the next billing period [docs]. */
  startBillingPeriod(customerId: string): Customer {
    return customerBody(this.#state.customers.startBillingPeriod(customerId), this.#state.livemode);
  }

  /** What a customer is entitled to, newest first. */
  activeEntitlements(customerId: string): readonly ActiveEntitlement[] {
    const { list } = this.#state.customers.get(customerId).entitlements;
    return list.all().map((each) => entitlementBody(each, this.#state.livemode, false));
  }

  #customer(id: string): Customer {
    return customerBody(this.#state.customers.get(id), this.#state.livemode);
  }

  #feature(id: string): Feature {
    return featureBody(this.#state.features.get(id), this.#state.livemode);
  }

  #product(id: string): Product {
    return productBody(this.#state.products.get(id), this.#state.livemode);
  }
}
