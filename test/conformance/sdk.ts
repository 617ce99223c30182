import Stripe from "stripe";
import type { Emulator } from "../../emulator";

/** Returns Stripe's SDK, pointed at the emulator by its own options. */
export function sdkOf({ apiKey, url }: Emulator, options: { key?: string; retries?: number } = {}): Stripe {
  const { hostname, port } = new URL(url);
  return new Stripe(options.key ?? apiKey, {
    host: hostname,
    port: Number(port),
    protocol: "http",
    maxNetworkRetries: options.retries ?? 0,
    telemetry: false,
  });
}

/** The objects that the operations act on. */
export interface Stage {
  readonly product: string;
  readonly feature: string;
  /** A feature that is not attached. */
  readonly otherFeature: string;
  readonly attachment: string;
  /** A customer who subscribes to another product, with one feature. */
  readonly customer: string;
  readonly entitlement: string;
}

export function stageOn({ sandbox: { dashboard } }: Emulator): Stage {
  const product = dashboard.createProduct({ name: "Team" }).id;
  const feature = dashboard.createFeature({ lookupKey: "sso", name: "SSO" }).id;
  const otherFeature = dashboard.createFeature({ lookupKey: "audit-log", name: "Audit log" }).id;
  const attachment = dashboard.attach(product, feature).id;
  const sold = dashboard.createProduct({ name: "Sold" }).id;
  dashboard.attach(sold, otherFeature);
  const customer = dashboard.createCustomer({ products: [sold] }).id;
  const entitlement = dashboard.activeEntitlements(customer)[0]?.id ?? "";
  return { product, feature, otherFeature, attachment, customer, entitlement };
}

interface Resulting {
  readonly object: string;
  readonly lastResponse: { readonly requestId: string; readonly statusCode: number };
}

/** A method of the SDK, as a row of the table. */
export interface SdkOperation {
  readonly name: string;
  readonly method: "GET" | "POST" | "DELETE";
  readonly route: string;
  /** The `object` of its result. */
  readonly object: string;
  readonly call: (stripe: Stripe, stage: Stage, options?: Stripe.RequestOptions) => Promise<Resulting>;
  /** Calls it for a missing object. Absent if it names none. */
  readonly missing?: (stripe: Stripe, stage: Stage) => Promise<unknown>;
}

const featuresPath = "/v1/entitlements/features";
const entitlementsPath = "/v1/entitlements/active_entitlements";
const attachmentsPattern = "/v1/products/:product/features";

export const sdkOperations: readonly SdkOperation[] = [
  {
    name: "entitlements.features.create",
    method: "POST",
    route: featuresPath,
    object: "entitlements.feature",
    call: (stripe, _, options) =>
      stripe.entitlements.features.create({ lookup_key: "new", name: "New", metadata: { a: "1" } }, options),
  },
  {
    name: "entitlements.features.retrieve",
    method: "GET",
    route: `${featuresPath}/:id`,
    object: "entitlements.feature",
    call: (stripe, { feature }, options) => stripe.entitlements.features.retrieve(feature, {}, options),
    missing: (stripe) => stripe.entitlements.features.retrieve("feat_missing"),
  },
  {
    name: "entitlements.features.update",
    method: "POST",
    route: `${featuresPath}/:id`,
    object: "entitlements.feature",
    call: (stripe, { feature }, options) =>
      stripe.entitlements.features.update(feature, { name: "Renamed", metadata: "" }, options),
    missing: (stripe) => stripe.entitlements.features.update("feat_missing", { active: false }),
  },
  {
    name: "entitlements.features.list",
    method: "GET",
    route: featuresPath,
    object: "list",
    call: (stripe, _, options) => stripe.entitlements.features.list({ archived: false, limit: 1 }, options),
    missing: (stripe) => stripe.entitlements.features.list({ starting_after: "feat_missing" }),
  },
  {
    name: "products.createFeature",
    method: "POST",
    route: attachmentsPattern,
    object: "product_feature",
    call: (stripe, { otherFeature, product }, options) =>
      stripe.products.createFeature(product, { entitlement_feature: otherFeature }, options),
    missing: (stripe, { product }) => stripe.products.createFeature(product, { entitlement_feature: "feat_missing" }),
  },
  {
    name: "products.retrieveFeature",
    method: "GET",
    route: `${attachmentsPattern}/:id`,
    object: "product_feature",
    call: (stripe, { attachment, product }, options) =>
      stripe.products.retrieveFeature(product, attachment, {}, options),
    missing: (stripe, { product }) => stripe.products.retrieveFeature(product, "prodft_missing"),
  },
  {
    name: "products.listFeatures",
    method: "GET",
    route: attachmentsPattern,
    object: "list",
    call: (stripe, { product }, options) => stripe.products.listFeatures(product, { limit: 1 }, options),
    missing: (stripe) => stripe.products.listFeatures("prod_missing"),
  },
  {
    name: "products.deleteFeature",
    method: "DELETE",
    route: `${attachmentsPattern}/:id`,
    object: "product_feature",
    call: (stripe, { attachment, product }, options) => stripe.products.deleteFeature(product, attachment, {}, options),
    missing: (stripe, { product }) => stripe.products.deleteFeature(product, "prodft_missing"),
  },
  {
    name: "products.create",
    method: "POST",
    route: "/v1/products",
    object: "product",
    call: (stripe, _, options) => stripe.products.create({ id: "prod_new", name: "New" }, options),
  },
  {
    name: "products.retrieve",
    method: "GET",
    route: "/v1/products/:id",
    object: "product",
    call: (stripe, { product }, options) => stripe.products.retrieve(product, {}, options),
    missing: (stripe) => stripe.products.retrieve("prod_missing"),
  },
  {
    name: "products.update",
    method: "POST",
    route: "/v1/products/:id",
    object: "product",
    call: (stripe, { product }, options) => stripe.products.update(product, { description: "For teams" }, options),
    missing: (stripe) => stripe.products.update("prod_missing", { active: false }),
  },
  {
    name: "products.list",
    method: "GET",
    route: "/v1/products",
    object: "list",
    call: (stripe, { product }, options) => stripe.products.list({ active: true, ids: [product] }, options),
    missing: (stripe) => stripe.products.list({ starting_after: "prod_missing" }),
  },
  {
    name: "products.del",
    method: "DELETE",
    route: "/v1/products/:id",
    object: "product",
    call: (stripe, { product }, options) => stripe.products.del(product, {}, options),
    missing: (stripe) => stripe.products.del("prod_missing"),
  },
  {
    name: "entitlements.activeEntitlements.list",
    method: "GET",
    route: entitlementsPath,
    object: "list",
    call: (stripe, { customer }, options) =>
      stripe.entitlements.activeEntitlements.list({ customer, expand: ["data.feature"] }, options),
    missing: (stripe) => stripe.entitlements.activeEntitlements.list({ customer: "cus_missing" }),
  },
  {
    name: "entitlements.activeEntitlements.retrieve",
    method: "GET",
    route: `${entitlementsPath}/:id`,
    object: "entitlements.active_entitlement",
    call: (stripe, { entitlement }, options) =>
      stripe.entitlements.activeEntitlements.retrieve(entitlement, { expand: ["feature"] }, options),
    missing: (stripe) => stripe.entitlements.activeEntitlements.retrieve("ent_missing"),
  },
  {
    name: "accounts.retrieveCurrent",
    method: "GET",
    route: "/v1/account",
    object: "account",
    call: (stripe, _, options) => stripe.accounts.retrieveCurrent({}, options),
  },
];
