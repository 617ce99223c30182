import type { StripeError } from "./errors";
import type { ModeState } from "./store/account";
import { type Customer, customerBody } from "./store/customers";
import { type ActiveEntitlement, entitlementBody } from "./store/entitlements";
import { type Feature, type FeatureChanges, type FeatureInput, parametersOf } from "./store/feature-properties";
import { type FeatureFilter, featureBody } from "./store/features";
import type { Metadata } from "./store/metadata";
import { type ProductFeature, productFeatureBody } from "./store/product-features";
import { type Product, productBody } from "./store/products";

/**
 * Simulates a person in the Dashboard and reads the server's state. Every method takes effect
 * immediately, sends no request and is not in the request log. Results are copies, in the form that
 * Stripe's API answers. The rules of the objects hold, except for the lengths of names and lookup
 * keys: a change that Stripe refuses throws a {@link StripeError}.
 */
export class Dashboard {
  readonly #state: ModeState;

  /** @internal */
  constructor(state: ModeState) {
    this.#state = state;
  }

  /** Creates a product, active by default. */
  createProduct(product: { readonly name: string; readonly id?: string; readonly active?: boolean }): Product {
    return this.#product(this.#state.products.create(product).id);
  }

  /** Activates or deactivates a product. Its attachments stay. */
  setProductActive(id: string, active: boolean): Product {
    return this.#product(this.#state.products.update(id, { active }).id);
  }

  /** Deletes a product and its attachments. Refused while a customer subscribes to it. */
  deleteProduct(id: string): void {
    this.#state.deleteProduct(id);
  }

  /** Returns all products, newest first. */
  products(): readonly Product[] {
    return this.#state.products.all().map((product) => productBody(product, this.#state.livemode));
  }

  /** Creates a feature. */
  createFeature(feature: FeatureInput): Feature {
    return this.#feature(this.#state.features.create(parametersOf(feature)).id);
  }

  /**
   * Changes the given properties. Metadata is replaced as a whole, where an update through the API
   * merges it.
   */
  updateFeature(id: string, changes: FeatureChanges): Feature {
    const { metadata, ...rest } = parametersOf(changes);
    const current = Object.keys(this.#state.features.get(id).metadata);
    const replaced = metadata && { metadata: { ...Object.fromEntries(current.map((key) => [key, ""])), ...metadata } };
    return this.#feature(this.#state.features.update(id, { ...rest, ...replaced }).id);
  }

  /** Changes the name of a feature. */
  renameFeature(id: string, name: string): Feature {
    return this.updateFeature(id, { name });
  }

  /** Replaces all metadata, where an update through the API merges it. */
  setMetadata(id: string, metadata: Metadata): Feature {
    return this.updateFeature(id, { metadata });
  }

  /**
   * Archives a feature, which cannot be undone. See https://docs.stripe.com/billing/entitlements.
   */
  archiveFeature(id: string): Feature {
    return this.#feature(this.#state.features.update(id, { active: false }).id);
  }

  /** Returns all features, or only the archived or the active ones. Newest first. */
  features(filter: Pick<FeatureFilter, "archived"> = {}): readonly Feature[] {
    return this.#state.features.all(filter.archived).map((feature) => featureBody(feature, this.#state.livemode));
  }

  /** Returns a feature, archived or not, or undefined if there is none with this id. */
  feature(id: string): Feature | undefined {
    return this.#state.features.has(id) ? this.#feature(id) : undefined;
  }

  /** Attaches a feature to a product. */
  attach(productId: string, featureId: string): ProductFeature {
    const { features, livemode, products } = this.#state;
    return productFeatureBody(this.#state.attach(products.get(productId), features.get(featureId)), livemode);
  }

  /**
   * Detaches a feature, given the id of the attachment (`prodft_…`) or of the feature (`feat_…`).
   */
  detach(productId: string, id: string): void {
    const { productFeatures } = this.#state;
    this.#state.detach(productFeatures.findByFeature(productId, id) ?? productFeatures.get(productId, id));
  }

  /** Returns the attachments of a product, newest first. */
  productFeatures(productId: string): readonly ProductFeature[] {
    const { id } = this.#state.products.get(productId);
    return this.#state.productFeatures.all(id).map((item) => productFeatureBody(item, this.#state.livemode));
  }

  /** Creates a customer who subscribes to `products`, by default to none. */
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

  /** Deletes a customer with its subscriptions and entitlements. */
  deleteCustomer(id: string): void {
    this.#state.customers.delete(id);
  }

  /** Returns all customers, newest first. */
  customers(): readonly Customer[] {
    return this.#state.customers.all().map((customer) => customerBody(customer, this.#state.livemode));
  }

  /**
   * Subscribes a customer to a product, which entitles it to the attached features. An existing
   * subscription is renewed.
   */
  subscribe(customerId: string, productId: string): Customer {
    return customerBody(this.#state.customers.subscribe(customerId, productId), this.#state.livemode);
  }

  /** Ends a subscription, and the entitlements that no other subscription brings. */
  cancelSubscription(customerId: string, productId: string): Customer {
    return customerBody(this.#state.customers.cancel(customerId, productId), this.#state.livemode);
  }

  /**
   * Starts the next billing period of a customer. Features attached or detached since the last one
   * take effect. See https://docs.stripe.com/billing/entitlements.
   */
  startBillingPeriod(customerId: string): Customer {
    return customerBody(this.#state.customers.startBillingPeriod(customerId), this.#state.livemode);
  }

  /** Returns the entitlements of a customer, newest first. */
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
