/** One thing the emulator does, and how it is known that Stripe does it. */
export interface Rule {
  readonly rule: string;
  /**
   * "docs" is Stripe's documentation, "spec" its OpenAPI description, "sdk" the source of its client libraries, "field"
   * what users report, "inferred" a conclusion. "choice" names the entry of `choices.ts` where nothing is published.
   */
  readonly source: string;
}

/** What the emulator keeps, by name. Each has a test under its name. */
export const rules = {
  // Features
  featureShape: {
    rule: "A feature is answered with id, object, active, livemode, lookup_key, metadata and name",
    source: "spec: entitlements.feature",
  },
  lookupKeyUnique: {
    rule: "A lookup key belongs to one active feature at a time",
    source: "docs: Entitlements; choice: duplicateLookupKey",
  },
  lookupKeyFreed: {
    rule: "Archiving a feature frees its lookup key",
    source: "docs: Entitlements",
  },
  lookupKeyFixed: {
    rule: "A lookup key cannot be changed",
    source: "spec: POST /v1/entitlements/features/{id} has no such parameter",
  },
  archivedReadable: {
    rule: "An archived feature can still be retrieved, with active false",
    source: "sdk: Stripe's Terraform provider",
  },
  archivedNotEditable: {
    rule: "An archived feature cannot be edited",
    source: "docs: Entitlements; choice: editArchived",
  },
  archivedForGood: {
    rule: "An archived feature cannot be made active again",
    source: "docs: Entitlements; choice: unarchive",
  },
  archivedTwice: {
    rule: "Archiving an archived feature is refused",
    source: "inferred; choice: archiveTwice",
  },
  featureNotDeletable: {
    rule: "A feature cannot be deleted",
    source: "spec: there is no DELETE",
  },
  archivedFilter: {
    rule: "A feature list holds archived features or active ones, as `archived` says",
    source: "spec: GET /v1/entitlements/features",
  },
  listWithoutArchived: {
    rule: "A feature list without `archived` holds the active ones",
    source: "spec: entitlements.feature, active; choice: listWithoutArchived",
  },
  lookupKeyFilter: {
    rule: "A feature list can be asked for one lookup key",
    source: "spec: GET /v1/entitlements/features",
  },
  // Attachments
  productFeatureShape: {
    rule: "An attachment holds the whole feature and does not name its product",
    source: "spec: product_feature",
  },
  attachedTwice: {
    rule: "A feature is attached to a product once",
    source: "inferred; choice: attachedTwice",
  },
  archivedNotAttachable: {
    rule: "An archived feature cannot be attached",
    source: "docs: Entitlements; choice: attachArchived",
  },
  archivedStaysAttached: {
    rule: "An archived feature stays attached where it was",
    source: "docs: Entitlements",
  },
  detach: {
    rule: "Detaching answers with `deleted`, and the attachment is missing from then on",
    source: "spec: deleted_product_feature; sdk",
  },
  detachTwice: {
    rule: "Detaching twice is a 404",
    source: "inferred",
  },
  attachmentOfProduct: {
    rule: "An attachment is found only under its own product",
    source: "inferred",
  },
  attachById: {
    rule: "A feature is attached by its id, not by its lookup key",
    source: "spec: POST /v1/products/{product}/features; choice: missingReferenceStatus",
  },
  inactiveProduct: {
    rule: "A feature can be attached to an inactive product",
    source: "choice: attachToInactiveProduct",
  },
  // Products
  productShape: {
    rule: "A product is answered with every field Stripe requires",
    source: "spec: product",
  },
  productDeleted: {
    rule: "Deleting a product ends its attachments",
    source: "spec: deleted_product; inferred",
  },
  productIdTaken: {
    rule: "A product can be given an id, once",
    source: "spec: POST /v1/products; docs: error codes",
  },
  productFilters: {
    rule: "Products are listed by `active` and by `ids`",
    source: "spec: GET /v1/products",
  },
  productTexts: {
    rule: "An empty value unsets a text of a product",
    source: "spec: POST /v1/products/{id}",
  },
  productInUse: {
    rule: "A product that customers have subscribed to cannot be deleted",
    source: "spec: DELETE /v1/products/{id}; choice: deleteProductInUse",
  },
  // Active entitlements
  entitlementShape: {
    rule: "An active entitlement is answered with id, object, feature, livemode and lookup_key",
    source: "spec: entitlements.active_entitlement",
  },
  entitlementsOfCustomer: {
    rule: "A customer is entitled to the features of the products it has subscribed to, each once",
    source: "docs: Entitlements",
  },
  entitlementsFollow: {
    rule: "What is attached or detached reaches existing subscribers with their next billing period",
    source: "docs: Entitlements; choice: subscribersFollow",
  },
  entitlementsOfArchived: {
    rule: "An archived feature goes on creating entitlements where it is attached",
    source: "docs: Entitlements",
  },
  entitlementExpand: {
    rule: "The feature of an active entitlement can be expanded, also in a list",
    source: "spec: x-expandableFields; docs: Expanding responses",
  },
  entitlementEnded: {
    rule: "An entitlement that has ended is a 404",
    source: "inferred",
  },
  entitlementCustomer: {
    rule: "Active entitlements are listed for one customer, who must exist",
    source: "spec: required; choice: missingReferenceStatus",
  },
  // Account
  ownAccount: {
    rule: "GET /v1/account answers with the key's own account",
    source: "spec: GET /v1/account",
  },
  // Parameters
  unknownParameter: {
    rule: "An unknown parameter is refused",
    source: "spec: additionalProperties false; docs: error codes",
  },
  missingParameter: {
    rule: "A missing parameter is refused",
    source: "spec: required; docs: error codes",
  },
  emptyParameter: {
    rule: "A name or lookup key cannot be empty",
    source: "docs: error codes",
  },
  lengths: {
    rule: "A name or lookup key has at most 80 characters",
    source: "spec: maxLength; choice: lengthUnit",
  },
  booleans: {
    rule: "A boolean is `true` or `false`",
    source: "spec",
  },
  expand: {
    rule: "`expand` is refused for what cannot be expanded",
    source: "spec: x-expandableFields; field",
  },
  formsOnly: {
    rule: "A body that is not a form is refused",
    source: "docs: form-encoded request bodies; field",
  },
  unknownUrl: {
    rule: "Any other URL is a 404 that repeats method and path",
    source: "field",
  },
  // Metadata
  metadataMerged: {
    rule: "Metadata in an update is merged; an empty value unsets its key",
    source: "spec: POST /v1/entitlements/features/{id}",
  },
  metadataCleared: {
    rule: "An empty `metadata` clears all of it",
    source: "spec: POST /v1/entitlements/features/{id}",
  },
  metadataLimits: {
    rule: "Metadata has at most 50 keys of 40 characters without brackets, and values of 500",
    source: "docs: Metadata; choice: lengthUnit",
  },
  // Lists
  newestFirst: {
    rule: "Lists come newest first",
    source: "docs: Pagination; inferred for features",
  },
  pageSize: {
    rule: "A page holds 10 objects, or as many as `limit` from 1 to 100 says",
    source: "docs: Pagination",
  },
  cursors: {
    rule: "Cursors walk a list both ways, and `has_more` ends it",
    source: "docs: Pagination",
  },
  cursorsExclusive: {
    rule: "`starting_after` and `ending_before` exclude each other",
    source: "docs: Pagination",
  },
  cursorMissing: {
    rule: "A cursor must name an object that exists",
    source: "field",
  },
  // Keys and accounts
  keySchemes: {
    rule: "A key is taken as bearer token or as user name of basic authentication",
    source: "docs: Authentication",
  },
  keyMissing: {
    rule: "A request without a key is a 401",
    source: "docs: Authentication",
  },
  keyUnknown: {
    rule: "An unknown key is a 401 that repeats the key, masked in part",
    source: "field",
  },
  keyExpired: {
    rule: "An expired key is a 401 `api_key_expired`",
    source: "docs: error codes",
  },
  keyPublishable: {
    rule: "A publishable key is refused",
    source: "docs: API keys; choice: publishableKey",
  },
  keyRestricted: {
    rule: "A restricted key without the permission is a 403 that names it",
    source: "field; choice: permissionNames",
  },
  modesApart: {
    rule: "Test and live mode are apart, and a 404 says when the other mode has the object",
    source: "docs: Sandboxes; sdk; choice: missingReferenceStatus",
  },
  accountsApart: {
    rule: "Accounts are apart, and a 404 says nothing of other accounts",
    source: "inferred",
  },
  connectedAccounts: {
    rule: "A platform's key acts for a connected account by Stripe-Account or Stripe-Context, and for no other",
    source: "docs: Connect; docs: error codes",
  },
  // Requests
  requestIds: {
    rule: "Every answer has a Request-Id of its own",
    source: "docs: Request IDs",
  },
  versions: {
    rule: "The Stripe-Version of a request is echoed",
    source: "docs: Versioning; choice: defaultApiVersion",
  },
  idempotentReplay: {
    rule: "A POST with a known idempotency key gets the first answer again, failures included",
    source: "docs: Idempotent requests",
  },
  idempotentParameters: {
    rule: "An idempotency key is refused with other parameters",
    source: "docs: Idempotent requests",
  },
  idempotentInFlight: {
    rule: "An idempotency key is refused while its first request is in progress",
    source: "docs: error codes",
  },
  idempotentNotBegun: {
    rule: "A request that fails its checks leaves its idempotency key free",
    source: "docs: Idempotent requests",
  },
  idempotentScope: {
    rule: "Idempotency keys belong to one account and mode, and mean nothing on GET and DELETE",
    source: "docs: Idempotent requests; inferred for the scope",
  },
  idempotentLength: {
    rule: "An idempotency key has at most 255 characters",
    source: "docs: Idempotent requests",
  },
} as const satisfies Record<string, Rule>;

export type RuleName = keyof typeof rules;
