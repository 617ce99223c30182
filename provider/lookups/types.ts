/** Names one feature: an active one by its lookup key, or any by its id. */
export type GetFeatureArgs =
  | {
      /** The lookup key of an active feature. */
      readonly lookupKey: string;
      readonly id?: undefined;
    }
  | {
      readonly lookupKey?: undefined;
      /** The id of a feature, `feat_…`, active or archived. */
      readonly id: string;
    };

/** A feature in Stripe. */
export interface GetFeatureResult {
  /** `feat_…` */
  readonly id: string;
  /** Unique among the active features of the account. */
  readonly lookupKey: string;
  /** The name in the Dashboard. */
  readonly name: string;
  /** The metadata without the entry `pulumi_owner`. */
  readonly metadata: Readonly<Record<string, string>>;
  /** False for an archived feature. */
  readonly active: boolean;
  /** Whether the feature is in live mode. */
  readonly livemode: boolean;
  /**
   * The resource that manages the feature, `<project>/<stack>/<resource name>`, as its metadata
   * says. Absent when the metadata has no such entry.
   */
  readonly owner?: string;
}

/** The arguments of {@link listFeatures}. */
export interface ListFeaturesArgs {
  /** `true` lists the archived features instead of the active ones. Default: false. */
  readonly archived?: boolean | undefined;
}

/** The result of {@link listFeatures}. */
export interface ListFeaturesResult {
  /** In Stripe's order. */
  readonly features: readonly GetFeatureResult[];
}

/** The arguments of {@link listProductFeatures}. */
export interface ListProductFeaturesArgs {
  /** The product's id, `prod_…`. */
  readonly product: string;
}

/** The attachment of a feature to a product. */
export interface AttachedFeature {
  /** `prodft_…` */
  readonly id: string;
  /** The product's id. */
  readonly product: string;
  /** The feature's id, `feat_…`. */
  readonly entitlementFeature: string;
  /** The feature's lookup key. */
  readonly lookupKey: string;
  /** Whether the attachment is in live mode. */
  readonly livemode: boolean;
}

/** The result of {@link listProductFeatures}. */
export interface ListProductFeaturesResult {
  /** The product's id, `prod_…`. */
  readonly product: string;
  /** In Stripe's order. */
  readonly productFeatures: readonly AttachedFeature[];
}

/** The arguments of {@link listActiveEntitlements}. */
export interface ListActiveEntitlementsArgs {
  /** The customer's id, `cus_…`. */
  readonly customer: string;
}

/** A feature that a customer may use. */
export interface ActiveEntitlement {
  /** `ent_…` */
  readonly id: string;
  /** The feature's lookup key. */
  readonly lookupKey: string;
  /** The feature's id, `feat_…`. */
  readonly feature: string;
  /** Whether the entitlement is in live mode. */
  readonly livemode: boolean;
}

/** The result of {@link listActiveEntitlements}. */
export interface ListActiveEntitlementsResult {
  /** The customer's id, `cus_…`. */
  readonly customer: string;
  /** In Stripe's order. */
  readonly activeEntitlements: readonly ActiveEntitlement[];
}

/** The arguments of {@link listProducts}. */
export interface ListProductsArgs {
  /** Only the products that are active (`true`) or archived (`false`). Default: all. */
  readonly active?: boolean | undefined;
}

/** A product in Stripe. */
export interface ListedProduct {
  /** `prod_…`, or the id that its creator chose. */
  readonly id: string;
  /** The product's name. */
  readonly name: string;
  /** False for an archived product. */
  readonly active: boolean;
  /** The product's metadata. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Whether the product is in live mode. */
  readonly livemode: boolean;
}

/** The result of {@link listProducts}. */
export interface ListProductsResult {
  /** In Stripe's order. */
  readonly products: readonly ListedProduct[];
}

/** The query of a list of features. */
export interface FeatureListInputs {
  /** Lists only the active feature with this lookup key. */
  readonly lookupKey?: string | undefined;
}

/** The query of a list of attachments. */
export interface ProductFeatureListInputs {
  /** The id of the product whose features are listed, `prod_…`. */
  readonly product: string;
}
