/** The types of a catalog: they compile to nothing, so that `pulumi-stripe-entitlements/catalog` stays one file when it runs. */

/** A feature of the catalog. Its key is the lookup key. */
export interface FeatureDeclaration {
  /** What people read in the Dashboard: 1 to 80 characters. */
  readonly name: string;
  /** At most 49 entries, keys of 1 to 40 characters without `[` and `]`, values of 1 to 500 characters. Default: none. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** A plan of the catalog: what its product carries. */
export interface PlanDeclaration<Key extends string = string, Plan extends string = string> {
  /** The keys of its own features, each once. Default: none. */
  readonly features?: readonly Key[];
  /** Plans of which it has all features, too. Default: none. */
  readonly includes?: readonly Plan[];
}

/** The keys of an object as texts: a key that is written as a number is one, too. */
export type NameIn<Declared> = `${Exclude<keyof Declared, symbol>}`;

type Text<Key> = Key extends string | number ? `${Key}` : never;

/** What every feature has to be. */
export type FeaturesOf<Features> = { readonly [key in keyof Features]: FeatureDeclaration };

/** What every plan has to be, given the keys of all features and of all plans. */
export type PlansOf<Features, Plans> = {
  readonly [plan in keyof Plans]: Exactly<
    Plans[plan],
    PlanDeclaration<
      NameIn<Features>,
      // Written out here, because TypeScript prints the name of an alias instead of what it stands for.
      Text<plan> extends Knotted<Includes<Plans>>
        ? {
            [other in keyof Plans]: Text<plan> extends Reached<Includes<Plans>, Text<other>>
              ? `${Text<other>}, which includes ${Text<plan>}: a cycle`
              : Text<other>;
          }[keyof Plans]
        : NameIn<Plans>
    >
  >;
};

/** `Shape`, and no other property: TypeScript itself does not look for others where it infers the type. */
type Exactly<Declared, Shape> = Shape & { readonly [other in Exclude<keyof Declared, keyof Shape>]: never };

/** What each plan includes, by name. */
export type Includes<Plans> = { [plan in keyof Plans as Text<plan>]: ItemsOf<Plans[plan], "includes"> };

type OwnKeys<Plans> = { [plan in keyof Plans as Text<plan>]: ItemsOf<Plans[plan], "features"> };

/** The plans of cycles, and those that lead to them: what is left when plans that include none of the rest are taken away, again and again. */
type Knotted<Included, Left = keyof Included> = [Left] extends [Stuck<Included, Left>]
  ? Left
  : Knotted<Included, Stuck<Included, Left>>;

type Stuck<Included, Left> = {
  [plan in keyof Included]: plan extends Left ? ([Included[plan] & Left] extends [never] ? never : plan) : never;
}[keyof Included];

/** The plans that are named, and all that they include. By sets and not by paths, of which a lattice has exponentially many. */
export type Reached<Included, Name, Known = Name> = [Name] extends [never]
  ? Known
  : Reached<Included, Exclude<Of<Included, Name>, Known>, Known | Of<Included, Name>>;

type Of<ByName, Name> = ByName[Name & keyof ByName];

// By the property's name, because an optional property would match any shape.
type ItemsOf<Plan, Property> = Property extends keyof Plan
  ? NonNullable<Plan[Property]> extends readonly (infer Item)[]
    ? Item
    : never
  : never;

/** The keys of a plan, its own and those of the plans it includes. All keys, where the lists are known only at run time. */
export type KeyInPlan<Key extends string, Plans, Plan> = AsKey<Of<OwnKeys<Plans>, Reached<Includes<Plans>, Plan>>, Key>;

type AsKey<Listed, Key extends string> = string extends Listed ? Key : Listed & string;

/** A feature that a plan carries, and the plan that brings it in. */
export interface PlanFeature<Key extends string = string, Plan extends string = string> {
  readonly key: Key;
  readonly name: string;
  /** The plan that lists the feature: the plan itself, or one that it includes. */
  readonly from: Plan;
}

/** Rows by feature, columns by plan: whether the plan carries the feature. */
export type CatalogMatrix<Key extends string = string, Plan extends string = string> = {
  readonly [key in Key]: { readonly [plan in Plan]: boolean };
};

/** What is read of Stripe's active entitlement. */
export interface ActiveEntitlement {
  readonly lookup_key: string;
}

/** One page of Stripe's list. */
export interface ActiveEntitlementPage {
  readonly data: Iterable<ActiveEntitlement>;
  readonly has_more: boolean;
}

/** Active entitlements as Stripe's SDK gives them: all of them, or a page. */
export type ActiveEntitlements = Iterable<ActiveEntitlement> | ActiveEntitlementPage;

/** What is read of the `event.data.object` of `entitlements.active_entitlement_summary.updated`. */
export interface ActiveEntitlementSummary {
  readonly customer: string;
  readonly entitlements: ActiveEntitlementPage;
}

/** Gives all active entitlements of a customer: what `stripe.entitlements.activeEntitlements.list({ customer, limit: 100 })` returns is one. */
export type ListActiveEntitlements = (
  customer: string,
) => AsyncIterable<ActiveEntitlement> | ActiveEntitlements | PromiseLike<ActiveEntitlements>;

/** What a customer may use. */
export interface Entitlements<Key extends string = string> {
  /**
   * Whether the customer may use the feature.
   *
   * @throws CatalogError when the catalog has no such feature, which only JavaScript lets happen.
   */
  has(key: Key): boolean;
  /** The features of the catalog that the customer may use, in Stripe's order. */
  readonly keys: ReadonlySet<Key>;
  /** Lookup keys that the catalog does not know, as of a feature that was retired since. */
  readonly unknown: ReadonlySet<string>;
}

/**
 * The features and plans of an account. Nothing of it changes.
 *
 * `Key` is the union of the features' keys, `Plans` the plans as they are declared.
 */
export interface Catalog<Key extends string = string, Plans = Readonly<Record<string, PlanDeclaration>>> {
  /** The features as declared, by key. */
  readonly features: { readonly [key in Key]: FeatureDeclaration };
  /** The plans as declared, by name. */
  readonly plans: Plans;
  /** In the order of the declaration; whole numbers come first, as in every object of JavaScript. */
  readonly featureKeys: readonly Key[];
  /** In the order of the declaration, as {@link featureKeys}. */
  readonly planNames: readonly NameIn<Plans>[];
  /**
   * What a plan carries, each feature once: its own in their order, then those of the plans it includes, in the order of `includes`.
   *
   * @throws CatalogError when there is no such plan.
   */
  featuresOf<Plan extends NameIn<Plans>>(
    plan: Plan,
  ): readonly PlanFeature<KeyInPlan<Key, Plans, Plan>, Reached<Includes<Plans>, Plan> & string>[];
  /** Which plan carries which feature: `matrix()["audit-log"].team`. Plain data, also for `console.table` and JSON. */
  matrix(): CatalogMatrix<Key, NameIn<Plans>>;
  /**
   * What a customer may use, from a complete list of the active entitlements.
   *
   * @example
   * ```ts
   * const active = await stripe.entitlements.activeEntitlements.list({ customer, limit: 100 }).autoPagingToArray({ limit: 10_000 });
   * const entitlements = catalog.entitlementsOf(active);
   * if (entitlements.has("sso")) …
   * ```
   * @throws CatalogError when it is a page and Stripe has more: a key that is missing would take away what the customer pays for.
   */
  entitlementsOf(active: ActiveEntitlements): Entitlements<Key>;
  /**
   * What a customer may use, from the webhook `entitlements.active_entitlement_summary.updated`. The event carries ten entitlements at
   * most [docs]: where the customer has more, `listAll` is called for all of them, otherwise not.
   *
   * @example
   * ```ts
   * await catalog.entitlementsOfSummary(event.data.object, (customer) =>
   *   stripe.entitlements.activeEntitlements.list({ customer, limit: 100 }),
   * );
   * ```
   * @throws CatalogError when what `listAll` gives is a page and Stripe has more.
   */
  entitlementsOfSummary(summary: ActiveEntitlementSummary, listAll: ListActiveEntitlements): Promise<Entitlements<Key>>;
}

/** The catalog of a declaration whose type may be known in part only, as that of a JSON file. */
export type ParsedCatalog<Declaration> = unknown extends Declaration
  ? Catalog
  : Declaration extends { readonly features: infer Features; readonly plans: infer Plans }
    ? Catalog<NameIn<Features>, Plans>
    : Catalog;

/** The lookup keys of a catalog as a union, or those of one plan: `FeatureKeyOf<typeof catalog, "team">`. */
export type FeatureKeyOf<Declared extends Catalog, Plan extends PlanOf<Declared> = never> = [Plan] extends [never]
  ? Declared["featureKeys"][number]
  : KeyInPlan<Declared["featureKeys"][number], Declared["plans"], Plan>;

/** The names of a catalog's plans as a union. */
export type PlanOf<Declared extends Catalog> = Declared["planNames"][number];
