import { z } from "zod";
import { type ErrorDetails, StripeError } from "./errors";

/**
 * A refusal as data. `{name}` in the message stands for a value of the request or of the object it
 * names.
 */
export interface Refusal extends ErrorDetails {
  /** HTTP status, from 400 to 599. */
  readonly status: number;
  readonly message: string;
}

/**
 * The answers that Stripe does not publish, and that the emulator had to choose. Set others with
 * `startEmulator({ choices })` to check that a program does not depend on one of them. A program
 * that gets such an answer from Stripe should read the state again and decide from that, never from
 * the message.
 *
 * @see https://docs.stripe.com/billing/entitlements for what is published
 */
export interface Choices {
  /** A second active feature with the same lookup key. */
  readonly duplicateLookupKey: Refusal;
  /** A feature attached to a product that already has it. */
  readonly attachedTwice: Refusal;
  /**
   * An archived feature attached to a product. Stripe documents that this is refused, but not how.
   */
  readonly attachArchived: Refusal;
  /**
   * `name` or `metadata` sent for an archived feature. Stripe documents that this is refused, but
   * not how.
   */
  readonly editArchived: Refusal;
  /**
   * `active=true` sent for an archived feature. Stripe documents that this is refused, but not how.
   */
  readonly unarchive: Refusal;
  /** `active=false` sent for an archived feature. Probably refused like any other edit. */
  readonly archiveTwice: Refusal | "accepted";
  /** A feature attached to a product with `active: false`. */
  readonly attachToInactiveProduct: Refusal | "accepted";
  /**
   * Deletion of a product that customers subscribe to. Stripe refuses it because such a product has
   * prices.
   */
  readonly deleteProductInUse: Refusal;
  /**
   * When attaching or detaching a feature reaches customers who already subscribe. Stripe documents
   * the start of their next billing period, which `dashboard.startBillingPeriod` simulates.
   */
  readonly subscribersFollow: "nextBillingPeriod" | "atOnce";
  /** The features in a list without `archived`. Stripe's documentation contradicts itself here. */
  readonly listWithoutArchived: "active" | "all";
  /** The unit in which the lengths of names, lookup keys and metadata are counted. */
  readonly lengthUnit: "characters" | "utf16" | "bytes";
  /**
   * The change of names, lookup keys and metadata values before they are stored: none, or
   * outer white space is removed, or characters get the Unicode form NFC.
   */
  readonly textNormalization: "none" | "trim" | "nfc";
  /**
   * HTTP status if a parameter names a missing object. For a missing object in the path it is
   * always 404.
   */
  readonly missingReferenceStatus: 400 | 404;
  /**
   * Words for the objects in `No such {noun}: '{id}'`. Only "product" and "customer" are known from
   * Stripe.
   */
  readonly nouns: Readonly<Record<Noun, string>>;
  /**
   * Whether the error for a missing object says that the other mode has a similar object. Users
   * report that it does; Stripe does not document it.
   */
  readonly otherModeHint: "given" | "omitted";
  /** Names of permissions in the 403 for a restricted key that lacks one. */
  readonly permissionNames: Readonly<Record<PermissionArea, string>>;
  /**
   * A publishable key on a server-side endpoint. Code and message are known from Stripe, the status
   * is not.
   */
  readonly publishableKey: Refusal;
  /**
   * The version that answers a request without `Stripe-Version`. On Stripe it is the account's
   * default version.
   */
  readonly defaultApiVersion: string;
}

/** The kinds of objects that a request can name. */
export type Noun = "feature" | "productFeature" | "product" | "customer" | "activeEntitlement" | "event";

/** The areas that a restricted key can have permissions for. */
export type PermissionArea = "account" | "balance" | "customerSessions" | "entitlements" | "events" | "products";

interface Choice<Value> {
  readonly schema: z.ZodType<Value>;
  readonly default: Value;
}

const refusal: z.ZodType<Refusal> = z.strictObject({
  status: z.int().min(400).max(599),
  message: z.string(),
  type: z.enum(["api_error", "card_error", "idempotency_error", "invalid_request_error"]).exactOptional(),
  code: z.string().exactOptional(),
  param: z.string().exactOptional(),
});
const refusalOrAccepted: z.ZodType<Refusal | "accepted"> = z.union([refusal, z.literal("accepted")]);

/** Each choice with its values and its default. */
const choices: { readonly [Name in keyof Choices]: Choice<Choices[Name]> } = {
  duplicateLookupKey: {
    schema: refusal,
    default: {
      status: 400,
      code: "resource_already_exists",
      message: "A feature (`{id}`) already uses that lookup key: '{lookup_key}'.",
      param: "lookup_key",
    },
  },
  attachedTwice: {
    schema: refusal,
    default: {
      status: 400,
      code: "resource_already_exists",
      message: "The feature '{feature}' is already attached to the product '{product}'.",
      param: "entitlement_feature",
    },
  },
  attachArchived: {
    schema: refusal,
    default: {
      status: 400,
      message: "The feature '{feature}' is archived and cannot be attached to a product.",
      param: "entitlement_feature",
    },
  },
  editArchived: {
    schema: refusal,
    default: { status: 400, message: "The feature '{id}' is archived and cannot be updated." },
  },
  unarchive: {
    schema: refusal,
    default: {
      status: 400,
      message: "The feature '{id}' is archived and cannot be made active again.",
      param: "active",
    },
  },
  archiveTwice: {
    schema: refusalOrAccepted,
    default: { status: 400, message: "The feature '{id}' is already archived.", param: "active" },
  },
  attachToInactiveProduct: { schema: refusalOrAccepted, default: "accepted" },
  deleteProductInUse: {
    schema: refusal,
    default: {
      status: 400,
      message: "This product cannot be deleted because it has one or more user-created prices.",
    },
  },
  subscribersFollow: { schema: z.enum(["nextBillingPeriod", "atOnce"]), default: "nextBillingPeriod" },
  listWithoutArchived: { schema: z.enum(["active", "all"]), default: "active" },
  lengthUnit: { schema: z.enum(["characters", "utf16", "bytes"]), default: "characters" },
  textNormalization: { schema: z.enum(["none", "trim", "nfc"]), default: "none" },
  missingReferenceStatus: { schema: z.union([z.literal(400), z.literal(404)]), default: 400 },
  nouns: {
    schema: z.strictObject({
      feature: z.string(),
      productFeature: z.string(),
      product: z.string(),
      customer: z.string(),
      activeEntitlement: z.string(),
      event: z.string(),
    }),
    default: {
      feature: "entitlements.feature",
      productFeature: "product_feature",
      product: "product",
      customer: "customer",
      activeEntitlement: "entitlements.active_entitlement",
      event: "event",
    },
  },
  otherModeHint: { schema: z.enum(["given", "omitted"]), default: "given" },
  permissionNames: {
    schema: z.strictObject({
      account: z.string(),
      balance: z.string(),
      customerSessions: z.string(),
      entitlements: z.string(),
      events: z.string(),
      products: z.string(),
    }),
    default: {
      account: "Account",
      balance: "Balance",
      customerSessions: "Customer Sessions",
      entitlements: "Entitlements",
      events: "Events",
      products: "Products",
    },
  },
  publishableKey: {
    schema: refusal,
    default: {
      status: 401,
      code: "secret_key_required",
      message: "This API call cannot be made with a publishable API key. Please use a secret API key.",
    },
  },
  defaultApiVersion: { schema: z.string(), default: "2026-07-29.dahlia" },
};

/** The choices of an emulator that is started without any. */
export const defaultChoices: Choices = mapChoices((choice) => choice.default) as Choices;

/**
 * Choices that differ from the defaults, as JSON.
 *
 * @internal
 */
export const choicesSchema: z.ZodType<Partial<Choices>> = z.strictObject(
  mapChoices(({ schema }) => z.exactOptional(schema)),
) as z.ZodType<Partial<Choices>>;

/**
 * Returns the error of a refusal, with the placeholders of its message replaced.
 *
 * @internal
 */
export function refusalError(refusal: Refusal, values: Readonly<Record<string, string>> = {}): StripeError {
  const message = refusal.message.replaceAll(/\{(\w+)\}/g, (placeholder, name: string) => values[name] ?? placeholder);
  return new StripeError(refusal.status, { ...refusal, message });
}

function mapChoices<Result>(map: (choice: Choice<unknown>) => Result): Record<keyof Choices, Result> {
  const entries = Object.entries(choices).map(([name, choice]) => [name, map(choice as Choice<unknown>)]);
  return Object.fromEntries(entries);
}
