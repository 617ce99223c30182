import type { Choices } from "./choices";

/** One thing the emulator does, and how it is known that Stripe does the same. */
export interface Rule {
  readonly rule: string;
  /**
   * Numbers of the facts in `docs/stripe-behavior.md` that it rests on. That page has their
   * sources.
   */
  readonly facts: readonly string[];
  /**
   * The choice that decides the part of the answer that Stripe does not publish. Absent if Stripe
   * publishes all of it.
   */
  readonly choice?: keyof Choices;
}

/** The rules of the emulator by name. Each has a test with the rule as its title. */
export const rules = defineRules({
  // Features
  featureShape: {
    rule: "A feature is answered with id, object, active, livemode, lookup_key, metadata and name",
    facts: ["S1"],
  },
  lookupKeyUnique: {
    rule: "Only one active feature can have a given lookup key",
    facts: ["S2", "S14"],
    choice: "duplicateLookupKey",
  },
  lookupKeyFreed: {
    rule: "Archiving a feature frees its lookup key",
    facts: ["S3"],
  },
  lookupKeyFixed: {
    rule: "A lookup key cannot be changed",
    facts: ["S4"],
  },
  archivedReadable: {
    rule: "An archived feature can still be retrieved, with active false",
    facts: ["S7"],
  },
  archivedNotEditable: {
    rule: "An archived feature cannot be edited",
    facts: ["S5", "S15"],
    choice: "editArchived",
  },
  archivedForGood: {
    rule: "An archived feature cannot be made active again",
    facts: ["S6", "S16"],
    choice: "unarchive",
  },
  archivedTwice: {
    rule: "Archiving an archived feature is refused",
    facts: ["S17"],
    choice: "archiveTwice",
  },
  featureNotDeletable: {
    rule: "A feature cannot be deleted",
    facts: ["S8"],
  },
  archivedFilter: {
    rule: "A feature list holds archived or active features, depending on `archived`",
    facts: ["S12"],
  },
  listWithoutArchived: {
    rule: "A feature list without `archived` holds the active features",
    facts: ["S13"],
    choice: "listWithoutArchived",
  },
  lookupKeyFilter: {
    rule: "A feature list can be limited to one lookup key",
    facts: ["S12"],
  },
  // Attachments
  productFeatureShape: {
    rule: "An attachment holds the whole feature and does not name its product",
    facts: ["S18"],
  },
  attachedTwice: {
    rule: "A feature can be attached to a product only once",
    facts: ["S26"],
    choice: "attachedTwice",
  },
  archivedNotAttachable: {
    rule: "An archived feature cannot be attached",
    facts: ["S23", "S27"],
    choice: "attachArchived",
  },
  archivedStaysAttached: {
    rule: "An archived feature stays attached to its products",
    facts: ["S24"],
  },
  detach: {
    rule: "Detaching answers with `deleted`, and the attachment is missing afterwards",
    facts: ["S25"],
  },
  detachTwice: {
    rule: "Detaching twice is a 404",
    facts: ["S30"],
  },
  attachmentOfProduct: {
    rule: "An attachment is found only under its own product",
    facts: ["S29"],
  },
  attachById: {
    rule: "A feature is attached by its id, not by its lookup key",
    facts: ["S20", "S31"],
    choice: "missingReferenceStatus",
  },
  inactiveProduct: {
    rule: "A feature can be attached to an inactive product",
    facts: ["S28"],
    choice: "attachToInactiveProduct",
  },
  // Products
  productShape: {
    rule: "A product is answered with every field that Stripe requires",
    facts: ["S32"],
  },
  productDeleted: {
    rule: "Deleting a product ends its attachments",
    facts: ["S33"],
  },
  productIdTaken: {
    rule: "A product can be created with a chosen id that is not in use",
    facts: ["S34"],
  },
  productFilters: {
    rule: "Products can be listed by `active` and by `ids`",
    facts: ["S35"],
  },
  productTexts: {
    rule: "An empty value unsets a text of a product",
    facts: ["S36"],
  },
  productInUse: {
    rule: "A product that customers subscribe to cannot be deleted",
    facts: ["S37", "S38"],
    choice: "deleteProductInUse",
  },
  // Active entitlements
  entitlementShape: {
    rule: "An active entitlement is answered with id, object, feature, livemode and lookup_key",
    facts: ["S40"],
  },
  entitlementsOfCustomer: {
    rule: "A customer is entitled once to each feature of the products it subscribes to",
    facts: ["S41"],
  },
  entitlementsFollow: {
    rule: "Attaching and detaching reach existing subscribers with their next billing period",
    facts: ["S42"],
    choice: "subscribersFollow",
  },
  entitlementsOfArchived: {
    rule: "An archived feature still creates entitlements where it is attached",
    facts: ["S24"],
  },
  entitlementExpand: {
    rule: "The feature of an active entitlement can be expanded, also in a list",
    facts: ["S45"],
  },
  entitlementEnded: {
    rule: "An entitlement that has ended is a 404",
    facts: ["S46"],
  },
  entitlementCustomer: {
    rule: "Active entitlements are listed for one customer, who must exist",
    facts: ["S44", "S31"],
    choice: "missingReferenceStatus",
  },
  // Account
  ownAccount: {
    rule: "GET /v1/account answers with the key's own account",
    facts: ["S102"],
  },
  ownBalance: {
    rule: "GET /v1/balance answers with the balance of the key's account and mode",
    facts: ["S108"],
  },
  // Parameters
  unknownParameter: {
    rule: "An unknown parameter is refused",
    facts: ["S57"],
  },
  missingParameter: {
    rule: "A missing parameter is refused",
    facts: ["S58"],
  },
  emptyParameter: {
    rule: "A name or lookup key cannot be empty",
    facts: ["S59"],
  },
  lengths: {
    rule: "A name or lookup key has at most 80 characters",
    facts: ["S9", "S10"],
    choice: "lengthUnit",
  },
  texts: {
    rule: "Names, lookup keys and metadata values are stored as they are sent",
    facts: ["S109"],
    choice: "textNormalization",
  },
  booleans: {
    rule: "A boolean is `true` or `false`",
    facts: ["S60"],
  },
  expand: {
    rule: "`expand` is refused for a field that cannot be expanded",
    facts: ["S61"],
  },
  formsOnly: {
    rule: "A body that is not a form is refused",
    facts: ["S56"],
  },
  unknownUrl: {
    rule: "Any other URL is a 404 that repeats method and path",
    facts: ["S62"],
  },
  // Metadata
  metadataMerged: {
    rule: "An update merges metadata, and an empty value unsets its key",
    facts: ["S48"],
  },
  metadataCleared: {
    rule: "An empty `metadata` clears all of it",
    facts: ["S49"],
  },
  metadataLimits: {
    rule: "Metadata has at most 50 keys of 40 characters without brackets, and values of 500",
    facts: ["S47", "S10"],
    choice: "lengthUnit",
  },
  // Lists
  newestFirst: {
    rule: "Lists are newest first",
    facts: ["S51"],
  },
  pageSize: {
    rule: "A page holds 10 objects, or as many as `limit` says, from 1 to 100",
    facts: ["S52"],
  },
  cursors: {
    rule: "Cursors page through a list in both directions, and `has_more` marks the end",
    facts: ["S53"],
  },
  cursorsExclusive: {
    rule: "`starting_after` and `ending_before` exclude each other",
    facts: ["S54"],
  },
  cursorMissing: {
    rule: "A cursor must name an object that exists",
    facts: ["S55"],
  },
  // Keys and accounts
  keySchemes: {
    rule: "A key is accepted as bearer token and as user name of basic authentication",
    facts: ["S87"],
  },
  keyMissing: {
    rule: "A request without a key is a 401",
    facts: ["S88"],
  },
  keyUnknown: {
    rule: "An unknown key is a 401 that repeats the key, masked in part",
    facts: ["S89"],
  },
  keyExpired: {
    rule: "An expired key is a 401 `api_key_expired`",
    facts: ["S90"],
  },
  keyPublishable: {
    rule: "A publishable key is refused",
    facts: ["S92"],
    choice: "publishableKey",
  },
  keyRestricted: {
    rule: "A restricted key without the permission is a 403 that names the permission",
    facts: ["S93"],
    choice: "permissionNames",
  },
  modesApart: {
    rule: "Test and live mode share no objects, and a 404 says when the other mode has the object",
    facts: ["S96", "S31"],
    choice: "otherModeHint",
  },
  accountsApart: {
    rule: "Accounts share no objects, and a 404 says nothing about other accounts",
    facts: ["S97"],
  },
  connectedAccounts: {
    rule: "Stripe-Account and Stripe-Context let a platform key act on its connected accounts only",
    facts: ["S98", "S99"],
  },
  // Requests
  requestIds: {
    rule: "Every answer has a Request-Id of its own",
    facts: ["S66"],
  },
  versions: {
    rule: "The Stripe-Version of a request is echoed",
    facts: ["S101"],
    choice: "defaultApiVersion",
  },
  idempotentReplay: {
    rule: "A repeated idempotency key replays the first answer, failures included",
    facts: ["S70"],
  },
  idempotentParameters: {
    rule: "An idempotency key with other parameters is refused",
    facts: ["S72"],
  },
  idempotentInFlight: {
    rule: "An idempotency key is refused while its first request is in progress",
    facts: ["S73"],
  },
  idempotentNotBegun: {
    rule: "A request that fails its checks leaves its idempotency key free",
    facts: ["S74"],
  },
  idempotentScope: {
    rule: "Idempotency keys belong to one account and mode, and have no effect on GET and DELETE",
    facts: ["S69", "S76"],
  },
  idempotentLength: {
    rule: "An idempotency key has at most 255 characters",
    facts: ["S75"],
  },
  // Events
  eventOfChange: {
    rule: "A change of a customer's entitlements is an event, which can be read later",
    facts: ["S112"],
  },
  eventTen: {
    rule: "An event holds at most ten entitlements",
    facts: ["S105"],
  },
  customerSession: {
    rule: "A customer session has a client secret for the entitlements of a customer",
    facts: ["S114"],
  },
});

/** The name of a rule. */
export type RuleName = keyof typeof rules;

/**
 * Keeps the names as a type, but not the texts: they would be repeated in the published
 * declarations.
 */
function defineRules<Name extends string>(rules: Record<Name, Rule>): Readonly<Record<Name, Rule>> {
  return rules;
}
