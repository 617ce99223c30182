import {
  ComponentResource,
  type ComponentResourceOptions,
  type CustomResourceOptions,
  type Input,
  Output,
  output,
  Resource,
  RunError,
} from "@pulumi/pulumi";
import type { Catalog, CatalogMatrix, FeatureKeyOf, PlanOf } from "../catalog/types";
import type { AdoptionPolicy } from "../lifecycle/ownership/policy";
import { childName, findPlansIssue, findSharedProductIssue } from "./catalog-children";
import { noteChecked, withDeletedWithCheck } from "./deleted-with";
import { Feature } from "./feature";
import { rejectImport } from "./options";
import { ProductFeature } from "./product-feature";
import { skipPromiseTraces } from "./stack-traces";
import { noteComponent } from "./transforms";

const typeToken = "stripe-entitlements:index:EntitlementCatalog";

/** The arguments of an {@link EntitlementCatalog}. */
export interface EntitlementCatalogArgs<Declared extends Catalog = Catalog, Products = CatalogProducts<Declared>> {
  /** A catalog from `defineCatalog` or `parseCatalog` of `pulumi-stripe-entitlements/catalog`. */
  readonly catalog: Declared;
  /**
   * The id of each plan's product, `prod_…`, by the plan's name: exactly the plans of the catalog.
   * Plans that share a feature need different products. A change replaces the plan's attachments.
   */
  readonly products: Products;
  /**
   * The adoption policy of the features and attachments: see {@link Feature} and
   * {@link ProductFeature}. Default: the setting `adopt`, or `owned`.
   */
  readonly adopt?: Input<AdoptionPolicy>;
}

/** The product id of each plan, by the plan's name. */
export type CatalogProducts<Declared extends Catalog> = {
  readonly [plan in PlanOf<Declared>]: plan extends PlanOf<Declared> ? Input<string> : never;
};

/** The features of a catalog as resources, by key. */
export type CatalogFeatures<Declared extends Catalog> = { readonly [key in FeatureKeyOf<Declared>]: Feature };

/** The attachments of a catalog as resources, by plan and key. */
export type CatalogAttachments<Declared extends Catalog> = {
  readonly [plan in PlanOf<Declared>]: { readonly [key in FeatureKeyOf<Declared, plan>]: ProductFeature };
};

/**
 * The features of a catalog, attached to the products of the plans that carry them.
 *
 * Its children are a {@link Feature} `<name>/<key>` for each feature, and a {@link ProductFeature}
 * `<name>/<plan>/<key>` for each feature that a plan carries, included ones too. In plans and keys,
 * `~` is written `~0` and `/` is written `~1`, so no two children have the same name. A child's
 * name depends on nothing else: adding, removing or reordering entries changes no other resource.
 *
 * @example
 * ```ts
 * new EntitlementCatalog("acme", { catalog, products: { team: "prod_…", enterprise: enterprise.id }
 * });
 * ```
 */
export class EntitlementCatalog<
  Declared extends Catalog = Catalog,
  // Rejects products for unknown plans. The compiler reports excess properties only in object
  // literals, so this also covers variables. Written inline, because the compiler's error would
  // print an alias with the whole catalog in it.
  Products extends {
    readonly [plan in PlanOf<Declared> | (keyof Products & string)]: plan extends PlanOf<Declared>
      ? Input<string>
      : never;
  } = CatalogProducts<Declared>,
> extends ComponentResource {
  /** @internal */
  static readonly __pulumiType = typeToken;

  /** The resource of each feature, by key: `features.sso`. */
  readonly features: CatalogFeatures<Declared>;
  /** The resource of each attachment, by plan and key: `attachments.enterprise.sso`. */
  readonly attachments: CatalogAttachments<Declared>;
  /** The id of each feature, `feat_…`, by key. */
  readonly featureIds: Output<{ readonly [key in FeatureKeyOf<Declared>]: string }>;
  /** The id of each attachment, `prodft_…`, by plan and key. */
  readonly attachmentIds: Output<{
    readonly [plan in PlanOf<Declared>]: { readonly [key in FeatureKeyOf<Declared, plan>]: string };
  }>;
  /** Whether a plan carries a feature, by feature and plan: `matrix.sso.enterprise`. */
  readonly matrix: CatalogMatrix<FeatureKeyOf<Declared>, PlanOf<Declared>>;

  /** Whether the object is an EntitlementCatalog, also of another copy of this package. */
  static override isInstance(object: unknown): object is EntitlementCatalog {
    return Resource.isInstance(object) && (object as { __pulumiType?: string }).__pulumiType === typeToken;
  }

  /**
   * Declares the features and attachments of a catalog.
   *
   * The options `protect`, `retainOnDelete`, `dependsOn`, `deletedWith` and `transforms` apply to
   * the children, too. `ignoreChanges` names properties of one type of resource: set it in
   * `transforms`.
   *
   * @throws RunError before anything is registered: when the plans of `products` are not those of
   * the catalog, when a product is not an id, when two plans with one product carry the same
   * feature, or with the option `import`. RunError also when another Feature of the program
   * declares a lookup key of the catalog.
   */
  constructor(name: string, args: EntitlementCatalogArgs<Declared, Products>, options: ComponentResourceOptions = {}) {
    const subject = `EntitlementCatalog "${name}"`;
    rejectImport(subject, options);
    assertValidArgs(subject, args);
    skipPromiseTraces();
    super(typeToken, name, {}, withDeletedWithCheck(options));
    noteChecked(this);
    noteComponent(this, options);
    const children = new Children(name, args, { ...childOptions(options), parent: this });
    const features = children.createFeatures();
    const attachments = children.createAttachments(features);
    const idsOf = (resources: ReadonlyMap<string, Resource & { readonly id: Output<string> }>) =>
      objectOf(resources, ({ id }) => id);
    // The keys of these objects are the catalog's, which the compiler cannot follow.
    this.features = Object.fromEntries(features) as CatalogFeatures<Declared>;
    this.attachments = objectOf(attachments, (ofPlan) => Object.fromEntries(ofPlan)) as CatalogAttachments<Declared>;
    this.featureIds = output(idsOf(features)) as typeof this.featureIds;
    this.attachmentIds = output(objectOf(attachments, idsOf)) as typeof this.attachmentIds;
    this.matrix = args.catalog.matrix() as typeof this.matrix;
    this.registerOutputs({ featureIds: this.featureIds, attachmentIds: this.attachmentIds, matrix: this.matrix });
  }
}

/** Creates the resources of a catalog. */
class Children {
  constructor(
    private readonly catalogName: string,
    private readonly args: EntitlementCatalogArgs,
    private readonly options: CustomResourceOptions,
  ) {}

  /** Returns the features by key. */
  createFeatures(): ReadonlyMap<string, Feature> {
    const { catalog } = this.args;
    return new Map(catalog.featureKeys.map((key) => [key, this.#createFeature(key)]));
  }

  /** Returns the attachments by plan and key. */
  createAttachments(features: ReadonlyMap<string, Feature>): ReadonlyMap<string, ReadonlyMap<string, ProductFeature>> {
    const { catalog } = this.args;
    const attach = (plan: string) => {
      const carried = new Set(catalog.featuresOf(plan).map(({ key }) => key));
      const ofPlan = [...features].filter(([key]) => carried.has(key));
      return new Map(ofPlan.map(([key, { id }]) => [key, this.#createAttachment(plan, key, id)]));
    };
    return new Map(catalog.planNames.map((plan) => [plan, attach(plan)]));
  }

  #createFeature(key: string): Feature {
    const { catalog, adopt } = this.args;
    const { name, metadata } = catalog.features[key] ?? { name: key };
    const args = { lookupKey: key, name, ...(metadata && { metadata }), ...(adopt !== undefined && { adopt }) };
    return new Feature(childName(this.catalogName, key), args, this.options);
  }

  #createAttachment(plan: string, key: string, entitlementFeature: Output<string>): ProductFeature {
    const { products, adopt } = this.args;
    const args = { product: products[plan] ?? "", entitlementFeature, ...(adopt !== undefined && { adopt }) };
    return new ProductFeature(childName(this.catalogName, plan, key), args, this.options);
  }
}

/**
 * Returns the component's options that each child gets, too. The SDK passes `protect`, `transforms`
 * and the aliases of a renamed parent to children. The engine passes on others, depending on its
 * version: 3.259 passes `retainOnDelete`, but not `dependsOn`.
 */
function childOptions({ retainOnDelete, dependsOn, deletedWith }: ComponentResourceOptions): CustomResourceOptions {
  return {
    ...(retainOnDelete !== undefined && { retainOnDelete }),
    ...(dependsOn !== undefined && { dependsOn }),
    ...(deletedWith !== undefined && { deletedWith }),
  };
}

/**
 * Node.js tries the extension .json before .ts (https://nodejs.org/api/modules.html#all-together).
 */
const undefinedCatalog =
  'Check its import: where catalog.json is beside catalog.ts, Node.js finds catalog.json for "./catalog". Rename one.';

/** Checks also what the compiler rejects, because a program may not be type-checked. */
function assertValidArgs(subject: string, args: EntitlementCatalogArgs): void {
  const { catalog, products } = (args ?? {}) as Partial<EntitlementCatalogArgs>;
  if (typeof catalog?.featuresOf !== "function") {
    const got = catalog === undefined ? `, but is undefined. ${undefinedCatalog}` : ".";
    throw new RunError(`${subject}: catalog must be a catalog from defineCatalog or parseCatalog${got}`);
  }
  const given = new Map(Object.entries(products ?? {}).filter(([, product]) => product != null));
  rejectIf(subject, findPlansIssue(catalog, [...given.keys()]));
  for (const [plan, product] of given) {
    if (product === "" || !isStringInput(product)) {
      throw new RunError(`${subject}: the product of the plan ${JSON.stringify(plan)} must be a product id, prod_…`);
    }
  }
  rejectIf(subject, findSharedProductIssue(catalog, given));
}

function rejectIf(subject: string, issue: string | undefined): void {
  if (issue !== undefined) throw new RunError(`${subject}: ${issue}`);
}

function isStringInput(value: unknown): boolean {
  // A promise has a `then` method. Its class may differ, because each realm, such as a test file in
  // Jest, has its own.
  return (
    typeof value === "string" || Output.isInstance(value) || typeof (value as PromiseLike<unknown>).then === "function"
  );
}

function objectOf<From, To>(entries: ReadonlyMap<string, From>, convert: (value: From) => To): Record<string, To> {
  return Object.fromEntries([...entries].map(([key, value]) => [key, convert(value)]));
}
