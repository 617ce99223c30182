/** A feature of a catalog. Its key in the catalog is its lookup key: 1 to 80 characters. */
export interface FeatureDeclaration {
  /** The name in the Dashboard: 1 to 80 characters. */
  readonly name: string;
  /**
   * At most 49 entries, keys of 1 to 40 characters without `[` and `]`, values of 1 to 500
   * characters. Default: none.
   */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** A plan of a catalog: which features its product carries. Its name has 1 to 80 characters. */
export interface PlanDeclaration<Key extends string = string, Plan extends string = string> {
  /** The keys of the plan's own features, each once. Default: none. */
  readonly features?: readonly Key[];
  /** The plans whose features this plan has too. Default: none. */
  readonly includes?: readonly Plan[];
}

/** The keys of an object type as strings. A numeric key is a string, too: `"1"` for `1`. */
export type StringKeyOf<Declared> = `${Exclude<keyof Declared, symbol>}`;

type AsString<Key> = Key extends string | number ? `${Key}` : never;

/** The type that the features passed to `defineCatalog` must have. */
export type FeatureDeclarations<Features> = { readonly [key in keyof Features]: FeatureDeclaration };

/** The type that the plans passed to `defineCatalog` must have. */
export type PlanDeclarations<Features, Plans> = {
  readonly [plan in keyof Plans]: Exactly<
    Plans[plan],
    PlanDeclaration<
      StringKeyOf<Features>,
      // Written inline, because the compiler's error would print an alias by its name instead of
      // the plans.
      AsString<plan> extends PlansInCycles<IncludesByPlan<Plans>>
        ? {
            [other in keyof Plans]: AsString<plan> extends TransitiveIncludes<IncludesByPlan<Plans>, AsString<other>>
              ? `${AsString<other>}, which includes ${AsString<plan>}: a cycle`
              : AsString<other>;
          }[keyof Plans]
        : StringKeyOf<Plans>
    >
  >;
};

/** `Shape` without other properties. TypeScript accepts excess properties in an inferred type. */
type Exactly<Declared, Shape> = Shape & { readonly [other in Exclude<keyof Declared, keyof Shape>]: never };

/** The names of the plans that each plan includes directly, by the plan's name. */
export type IncludesByPlan<Plans> = { [plan in keyof Plans as AsString<plan>]: ListItem<Plans[plan], "includes"> };

type FeaturesByPlan<Plans> = { [plan in keyof Plans as AsString<plan>]: ListItem<Plans[plan], "features"> };

/**
 * The plans in an include cycle or leading into one: those that remain after repeatedly removing
 * the plans that include none of the remaining ones.
 */
type PlansInCycles<Includes, Remaining = keyof Includes> = [Remaining] extends [Unresolved<Includes, Remaining>]
  ? Remaining
  : PlansInCycles<Includes, Unresolved<Includes, Remaining>>;

/** The remaining plans that include another remaining plan. */
type Unresolved<Includes, Remaining> = {
  [plan in keyof Includes]: plan extends Remaining
    ? [Includes[plan] & Remaining] extends [never]
      ? never
      : plan
    : never;
}[keyof Includes];

/**
 * The given plans and all plans that they include, directly or through others. Each step adds a set
 * of plans: following single paths would take exponential time where many plans include the same
 * ones.
 */
export type TransitiveIncludes<Includes, Plan, Known = Plan> = [Plan] extends [never]
  ? Known
  : TransitiveIncludes<Includes, Exclude<Lookup<Includes, Plan>, Known>, Known | Lookup<Includes, Plan>>;

type Lookup<ByName, Name> = ByName[Name & keyof ByName];

// Tests the property's name, because a type with only optional properties would match any shape.
type ListItem<Plan, Property> = Property extends keyof Plan
  ? NonNullable<Plan[Property]> extends readonly (infer Item)[]
    ? Item
    : never
  : never;

/**
 * The keys of a plan's features, its own and those of the plans it includes. All keys of the
 * catalog if the compiler does not know the lists.
 */
export type FeatureKeyInPlan<Key extends string, Plans, Plan> = KnownKey<
  Lookup<FeaturesByPlan<Plans>, TransitiveIncludes<IncludesByPlan<Plans>, Plan>>,
  Key
>;

type KnownKey<Listed, Key extends string> = string extends Listed ? Key : Listed & string;

/** A feature that a plan carries. */
export interface PlanFeature<Key extends string = string, Plan extends string = string> {
  readonly key: Key;
  readonly name: string;
  /** The plan that lists the feature: the plan itself, or one that it includes. */
  readonly from: Plan;
}

/** Whether a plan carries a feature, by feature and plan: `matrix["audit-log"].team`. */
export type CatalogMatrix<Key extends string = string, Plan extends string = string> = {
  readonly [key in Key]: { readonly [plan in Plan]: boolean };
};

/**
 * The property of Stripe's active entitlement that a catalog reads.
 *
 * @see https://docs.stripe.com/api/entitlements/active-entitlement
 */
export interface ActiveEntitlement {
  readonly lookup_key: string;
}

/** A page of Stripe's list of active entitlements. */
export interface ActiveEntitlementPage {
  readonly data: Iterable<ActiveEntitlement>;
  readonly has_more: boolean;
}

/**
 * Active entitlements as Stripe's SDK returns them: all of them, a page, a summary, or the event
 * with one. A thin event names the latter as its `snapshot_event`.
 */
export type ActiveEntitlements =
  | Iterable<ActiveEntitlement>
  | ActiveEntitlementPage
  | ActiveEntitlementSummary
  | ActiveEntitlementEvent;

/**
 * The properties that a catalog reads of the `event.data.object` of
 * `entitlements.active_entitlement_summary.updated`.
 *
 * @see https://docs.stripe.com/api/entitlements/active-entitlement-summary
 */
export interface ActiveEntitlementSummary {
  readonly customer: string;
  readonly entitlements: ActiveEntitlementPage;
}

/** The properties that a catalog reads of `entitlements.active_entitlement_summary.updated`. */
export interface ActiveEntitlementEvent {
  readonly data: { readonly object: ActiveEntitlementSummary };
}

/**
 * Lists all active entitlements of a customer. A call of the SDK is enough:
 * `stripe.entitlements.activeEntitlements.list({ customer, limit: 100 })`.
 */
export type ListActiveEntitlements = (
  customer: string,
) => AsyncIterable<ActiveEntitlement> | ActiveEntitlements | PromiseLike<ActiveEntitlements>;

/** The features that a customer may use. */
export interface Entitlements<Key extends string = string> {
  /**
   * Whether the customer may use the feature.
   *
   * @throws CatalogError when the catalog has no such feature, which the compiler rejects, too.
   */
  has(key: Key): boolean;
  /** The features of the catalog that the customer may use, in Stripe's order. */
  readonly keys: ReadonlySet<Key>;
  /** The customer's lookup keys that the catalog does not declare, such as a retired feature's. */
  readonly unknown: ReadonlySet<string>;
}

/**
 * The features and plans of an account, frozen. `defineCatalog` and `parseCatalog` return it.
 *
 * `Key` is the union of the features' keys, `Plans` the type of the declared plans.
 */
export interface Catalog<Key extends string = string, Plans = Readonly<Record<string, PlanDeclaration>>> {
  /** The features as declared, by key. */
  readonly features: { readonly [key in Key]: FeatureDeclaration };
  /** The plans as declared, by name. */
  readonly plans: Plans;
  /** The keys in the order of the declaration, whole numbers first as in any JavaScript object. */
  readonly featureKeys: readonly Key[];
  /** The names in the order of the declaration, whole numbers first as in any JavaScript object. */
  readonly planNames: readonly StringKeyOf<Plans>[];
  /**
   * Returns the features of a plan, each once: its own in their order, then those of the plans it
   * includes, in the order of `includes`.
   *
   * @throws CatalogError when the catalog has no such plan, which the compiler rejects, too.
   */
  featuresOf<Plan extends StringKeyOf<Plans>>(
    plan: Plan,
  ): readonly PlanFeature<
    FeatureKeyInPlan<Key, Plans, Plan>,
    TransitiveIncludes<IncludesByPlan<Plans>, Plan> & string
  >[];
  /**
   * Returns which plan carries which feature, as plain data: `matrix()["audit-log"].team`. It suits
   * `console.table` and JSON.
   */
  matrix(): CatalogMatrix<Key, StringKeyOf<Plans>>;
  /**
   * Returns what a customer may use, from the complete list of the customer's active entitlements.
   *
   * @example
   * ```ts
   * const list = stripe.entitlements.activeEntitlements.list({ customer, limit: 100 });
   * const entitlements = catalog.entitlementsOf(await list.autoPagingToArray({ limit: 10_000 }));
   * if (entitlements.has("sso")) …
   * ```
   * @throws CatalogError when `active` is a page and Stripe has more: a missing key would deny a
   * feature that the customer pays for.
   */
  entitlementsOf(active: ActiveEntitlements): Entitlements<Key>;
  /**
   * Returns what a customer may use, from the webhook
   * `entitlements.active_entitlement_summary.updated`. The event carries at most ten entitlements.
   * `listAll` is called only if the customer has more.
   *
   * @see https://docs.stripe.com/billing/entitlements
   *
   * @example
   * ```ts
   * await catalog.entitlementsOfSummary(event.data.object, (customer) =>
   *   stripe.entitlements.activeEntitlements.list({ customer, limit: 100 }),
   * );
   * ```
   * @throws CatalogError when `listAll` returns a page and Stripe has more.
   */
  entitlementsOfSummary(summary: ActiveEntitlementSummary, listAll: ListActiveEntitlements): Promise<Entitlements<Key>>;
}

/** The catalog of a declaration whose type is known in part, as an imported JSON file's. */
export type ParsedCatalog<Declaration> = unknown extends Declaration
  ? Catalog
  : Declaration extends { readonly features: infer Features; readonly plans: infer Plans }
    ? Catalog<StringKeyOf<Features>, Plans>
    : Catalog;

/**
 * The lookup keys of a catalog as a union, or those of one plan:
 * `FeatureKeyOf<typeof catalog, "team">`.
 */
export type FeatureKeyOf<Declared extends Catalog, Plan extends PlanOf<Declared> = never> = [Plan] extends [never]
  ? Declared["featureKeys"][number]
  : FeatureKeyInPlan<Declared["featureKeys"][number], Declared["plans"], Plan>;

/** The names of a catalog's plans as a union. */
export type PlanOf<Declared extends Catalog> = Declared["planNames"][number];
