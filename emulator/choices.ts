import { type ErrorDetails, StripeError } from "./errors";

/** A refusal as data. `{name}` in the message stands for a value of the request or of the object it met. */
export interface Refusal extends ErrorDetails {
  readonly status: number;
  readonly message: string;
}

/**
 * What Stripe does not publish, and the emulator therefore chose. Each can be set with `startEmulator({ choices })`,
 * so that a program can be tried against the other possible answers. Code that meets one of these on Stripe should read
 * the state again and decide from that, never from the words here.
 */
export interface Choices {
  /** A second active feature with one lookup key. [unknown: status, code and words]; by analogy with prices [field]. */
  readonly duplicateLookupKey: Refusal;
  /** A feature attached twice to one product. [unknown: status, code and words] */
  readonly attachedTwice: Refusal;
  /** An archived feature attached to a product. That it is refused: [docs]; how: [unknown]. */
  readonly attachArchived: Refusal;
  /** `name` or `metadata` sent to an archived feature. That it is refused: [docs]; how: [unknown]. */
  readonly editArchived: Refusal;
  /** `active=true` sent to an archived feature. That it is refused: [docs]; how: [unknown]. */
  readonly unarchive: Refusal;
  /** `active=false` sent to an archived feature: probably refused like any other edit [inferred]. */
  readonly archiveTwice: Refusal | "accepted";
  /** A feature attached to a product with `active: false`. [unknown] */
  readonly attachToInactiveProduct: Refusal | "accepted";
  /**
   * A product that customers have subscribed to cannot be deleted, because it has prices then [spec: DELETE
   * /v1/products/:id]; how it is refused: [field: words; unknown: status and code].
   */
  readonly deleteProductInUse: Refusal;
  /**
   * When an attachment that is added or removed reaches customers who have subscribed already. At their next billing
   * period [docs]: `dashboard.startBillingPeriod` begins one.
   */
  readonly subscribersFollow: "nextBillingPeriod" | "atOnce";
  /** What a feature list without `archived` holds: the documentation contradicts itself [docs, unknown]. */
  readonly listWithoutArchived: "active" | "all";
  /** How the length of names, lookup keys and metadata is counted [unknown]. */
  readonly lengthUnit: "characters" | "utf16" | "bytes";
  /** Status when a body parameter names a missing object; a path answers 404 [sdk: both occur]. */
  readonly missingReferenceStatus: 400 | 404;
  /** What a 404 calls the objects: `No such {noun}: '{id}'`. Only "product" and "customer" are known [field]. */
  readonly nouns: Readonly<Record<Noun, string>>;
  /** How a 403 names the permission a restricted key lacks [unknown for entitlements]. */
  readonly permissionNames: Readonly<Record<PermissionArea, string>>;
  /** A publishable key on an endpoint of the server side. [field: code and words; unknown: status] */
  readonly publishableKey: Refusal;
  /** The version that answers a request without `Stripe-Version`: on Stripe it is the account's own [docs]. */
  readonly defaultApiVersion: string;
}

/** The objects that a request can name. */
export type Noun = "feature" | "productFeature" | "product" | "customer" | "activeEntitlement";

/** The parts of the API that a restricted key's permissions tell apart. */
export type PermissionArea = "account" | "entitlements" | "products";

export const defaultChoices: Choices = {
  duplicateLookupKey: {
    status: 400,
    code: "resource_already_exists",
    message: "A feature (`{id}`) already uses that lookup key: '{lookup_key}'.",
    param: "lookup_key",
  },
  attachedTwice: {
    status: 400,
    code: "resource_already_exists",
    message: "The feature '{feature}' is already attached to the product '{product}'.",
    param: "entitlement_feature",
  },
  attachArchived: {
    status: 400,
    message: "The feature '{feature}' is archived and cannot be attached to a product.",
    param: "entitlement_feature",
  },
  editArchived: { status: 400, message: "The feature '{id}' is archived and cannot be updated." },
  unarchive: {
    status: 400,
    message: "The feature '{id}' is archived and cannot be made active again.",
    param: "active",
  },
  archiveTwice: { status: 400, message: "The feature '{id}' is already archived.", param: "active" },
  attachToInactiveProduct: "accepted",
  deleteProductInUse: {
    status: 400,
    message: "This product cannot be deleted because it has one or more user-created prices.",
  },
  subscribersFollow: "nextBillingPeriod",
  listWithoutArchived: "active",
  lengthUnit: "characters",
  missingReferenceStatus: 400,
  nouns: {
    feature: "entitlements.feature",
    productFeature: "product_feature",
    product: "product",
    customer: "customer",
    activeEntitlement: "entitlements.active_entitlement",
  },
  permissionNames: { account: "Account", entitlements: "Entitlements", products: "Products" },
  publishableKey: {
    status: 401,
    code: "secret_key_required",
    message: "This API call cannot be made with a publishable API key. Please use a secret API key.",
  },
  defaultApiVersion: "2026-07-29.dahlia",
};

/** The error a refusal stands for, its placeholders filled. */
export function refuse(refusal: Refusal, values: Readonly<Record<string, string>> = {}): StripeError {
  const message = refusal.message.replaceAll(/\{(\w+)\}/g, (placeholder, name: string) => values[name] ?? placeholder);
  return new StripeError(refusal.status, { ...refusal, message });
}

/** Length in the unit that was chosen. */
export function lengthOf(text: string, unit: Choices["lengthUnit"]): number {
  if (unit === "bytes") return Buffer.byteLength(text);
  return unit === "utf16" ? text.length : [...text].length;
}
