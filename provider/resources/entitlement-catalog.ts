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
import { Feature } from "./feature";
import type { AdoptionPolicy } from "../lifecycle/ownership/policy";
import { ProductFeature } from "./product-feature";
import { rejectImport } from "./options";

const type = "stripe-entitlements:index:EntitlementCatalog";

/** A catalog to be, and the products that are its plans. */
export interface EntitlementCatalogArgs<Declared extends Catalog = Catalog, Products = CatalogProducts<Declared>> {
  /** What `defineCatalog` or `parseCatalog` of `pulumi-stripe-entitlements/catalog` gives. */
  readonly catalog: Declared;
  /**
   * The product of each plan, by its id `prod_…`: every plan of the catalog, and no other. Plans that share a feature need products of their own.
   * A change replaces the plan's attachments.
   */
  readonly products: Products;
  /** What the features and attachments may take over that exists already, as with {@link Feature}. */
  readonly adopt?: Input<AdoptionPolicy>;
}

/** The product of each plan. */
export type CatalogProducts<Declared extends Catalog> = {
  readonly [plan in PlanOf<Declared>]: plan extends PlanOf<Declared> ? Input<string> : never;
};

/** The resources of a catalog's features, by key. */
export type CatalogFeatures<Declared extends Catalog> = { readonly [key in FeatureKeyOf<Declared>]: Feature };

/** The resources of a catalog's attachments, by plan and key. */
export type CatalogAttachments<Declared extends Catalog> = {
  readonly [plan in PlanOf<Declared>]: { readonly [key in FeatureKeyOf<Declared, plan>]: ProductFeature };
};

/**
 * All features of a catalog, each attached to the products of the plans that carry it.
 *
 * Its children are a {@link Feature} `<name>/<key>` for each feature and a {@link ProductFeature} `<name>/<plan>/<key>` for each that a plan
 * carries, included ones too. In plans and keys `/` is written `~1` and `~` is written `~0`, so two children never have one name. A name
 * depends on nothing else: what is added, removed or put in another order changes no other resource.
 *
 * @example
 * ```ts
 * new EntitlementCatalog("acme", { catalog, products: { team: "prod_…", enterprise: enterprise.id } });
 * ```
 */
export class EntitlementCatalog<
  Declared extends Catalog = Catalog,
  // A product without a plan can be nothing: the compiler itself refuses one in an object literal, and not in a variable. Written out here, because
  // the compiler would name an alias with the whole catalog in it.
  Products extends {
    readonly [plan in PlanOf<Declared> | (keyof Products & string)]: plan extends PlanOf<Declared>
      ? Input<string>
      : never;
  } = CatalogProducts<Declared>,
> extends ComponentResource {
  /** @internal */
  static readonly __pulumiType = type;

  /** `sso` → the resource of the feature. */
  readonly features: CatalogFeatures<Declared>;
  /** `enterprise` → `sso` → the resource of the attachment. */
  readonly attachments: CatalogAttachments<Declared>;
  /** `sso` → `feat_…`. */
  readonly featureIds: Output<{ readonly [key in FeatureKeyOf<Declared>]: string }>;
  /** `enterprise` → `sso` → `prodft_…`. */
  readonly attachmentIds: Output<{
    readonly [plan in PlanOf<Declared>]: { readonly [key in FeatureKeyOf<Declared, plan>]: string };
  }>;
  /** Which plan carries which feature: `sso` → `enterprise` → true. */
  readonly matrix: CatalogMatrix<FeatureKeyOf<Declared>, PlanOf<Declared>>;

  /** Whether the object is an EntitlementCatalog, also when another copy of this package made it. */
  static override isInstance(object: unknown): object is EntitlementCatalog {
    return Resource.isInstance(object) && (object as { __pulumiType?: string }).__pulumiType === type;
  }

  /**
   * Of the options `protect`, `retainOnDelete`, `dependsOn`, `deletedWith` and `transforms` hold for the children, too. `ignoreChanges` names
   * properties of one type of resource: set it with `transforms`.
   */
  constructor(name: string, args: EntitlementCatalogArgs<Declared, Products>, options: ComponentResourceOptions = {}) {
    const subject = `EntitlementCatalog "${name}"`;
    rejectImport(subject, options);
    checkArgs(subject, args);
    super(type, name, {}, options);
    const children = new Children(name, args, { ...passedOn(options), parent: this });
    const features = children.features();
    const attachments = children.attachments(features);
    const idsOf = (resources: ReadonlyMap<string, Resource & { readonly id: Output<string> }>) =>
      mapped(resources, ({ id }) => id);
    // Keyed by the catalog's own keys, which is what the types say and no type can follow.
    this.features = Object.fromEntries(features) as CatalogFeatures<Declared>;
    this.attachments = mapped(attachments, (ofPlan) => Object.fromEntries(ofPlan)) as CatalogAttachments<Declared>;
    this.featureIds = output(idsOf(features)) as typeof this.featureIds;
    this.attachmentIds = output(mapped(attachments, idsOf)) as typeof this.attachmentIds;
    this.matrix = args.catalog.matrix() as typeof this.matrix;
    this.registerOutputs({ featureIds: this.featureIds, attachmentIds: this.attachmentIds, matrix: this.matrix });
  }
}

/** Makes the resources of a catalog. */
class Children {
  constructor(
    private readonly name: string,
    private readonly args: EntitlementCatalogArgs,
    private readonly options: CustomResourceOptions,
  ) {}

  features(): ReadonlyMap<string, Feature> {
    const { catalog, adopt } = this.args;
    const make = (key: string) => {
      const { name, metadata } = catalog.features[key] ?? { name: key };
      const declared = { lookupKey: key, name, ...(metadata && { metadata }), ...(adopt !== undefined && { adopt }) };
      return new Feature(this.#nameOf(key), declared, this.options);
    };
    return new Map(catalog.featureKeys.map((key) => [key, make(key)]));
  }

  attachments(features: ReadonlyMap<string, Feature>): ReadonlyMap<string, ReadonlyMap<string, ProductFeature>> {
    const { catalog } = this.args;
    const attach = (plan: string) => {
      const carried = new Set(catalog.featuresOf(plan).map(({ key }) => key));
      const own = [...features].filter(([key]) => carried.has(key));
      return new Map(own.map(([key, { id }]) => [key, this.#attachment(plan, key, id)]));
    };
    return new Map(catalog.planNames.map((plan) => [plan, attach(plan)]));
  }

  #attachment(plan: string, key: string, entitlementFeature: Output<string>): ProductFeature {
    const { products, adopt } = this.args;
    const product = products[plan] ?? "";
    const declared = { product, entitlementFeature, ...(adopt !== undefined && { adopt }) };
    return new ProductFeature(this.#nameOf(plan, key), declared, this.options);
  }

  #nameOf(...steps: readonly string[]): string {
    return [this.name, ...steps.map((step) => step.replaceAll("~", "~0").replaceAll("/", "~1"))].join("/");
  }
}

/**
 * The options that hold for the children as for the catalog. `protect`, `transforms` and the aliases of a renamed parent come to them through
 * Pulumi's SDK. With the others it depends on the engine: 3.259 hands on `retainOnDelete`, and not `dependsOn`.
 */
function passedOn({ retainOnDelete, dependsOn, deletedWith }: ComponentResourceOptions): CustomResourceOptions {
  return {
    ...(retainOnDelete !== undefined && { retainOnDelete }),
    ...(dependsOn !== undefined && { dependsOn }),
    ...(deletedWith !== undefined && { deletedWith }),
  };
}

/** What the compiler refuses, for programs that it has not seen, and products that cannot be what the catalog says. */
function checkArgs(subject: string, args: EntitlementCatalogArgs): void {
  const { catalog, products } = (args ?? {}) as Partial<EntitlementCatalogArgs>;
  if (typeof catalog?.featuresOf !== "function") {
    throw new RunError(`${subject}: catalog must be what defineCatalog or parseCatalog gives.`);
  }
  const given = new Map(Object.entries(products ?? {}).filter(([, product]) => product != null));
  checkPlans(subject, catalog, [...given.keys()]);
  for (const [plan, product] of given) {
    if (product === "" || !isInputOfText(product)) {
      throw new RunError(`${subject}: the product of ${JSON.stringify(plan)} must be the id of a product, prod_…`);
    }
  }
  checkSharedProducts(subject, catalog, given);
}

function checkPlans(subject: string, catalog: Catalog, plans: readonly string[]): void {
  const missing = catalog.planNames.filter((plan) => !plans.includes(plan));
  const extra = plans.filter((plan) => !catalog.planNames.includes(plan));
  if (missing.length === 0 && extra.length === 0) return;
  const wrong = [
    ...(missing.length > 0 ? [`no product is given for ${listed(missing)}`] : []),
    ...(extra.length > 0 ? [`a product is given for ${listed(extra)}, which the catalog does not have`] : []),
  ];
  throw new RunError(
    `${subject}: ${wrong.join(", and ")}. The catalog's plans are ${listed(catalog.planNames)}; products has ${listed(plans)}.`,
  );
}

/** Of ids that come as outputs only the engine's side can know that they are one; it refuses the second attachment. */
function checkSharedProducts(subject: string, catalog: Catalog, products: ReadonlyMap<string, unknown>): void {
  const planOf = new Map<string, string>();
  for (const plan of catalog.planNames) {
    const product = products.get(plan);
    if (typeof product !== "string") continue;
    for (const { key } of catalog.featuresOf(plan)) {
      const pair = JSON.stringify([product, key]);
      const first = planOf.get(pair);
      if (first !== undefined) {
        throw new RunError(
          `${subject}: the plans ${listed([first, plan])} have one product, ${product}, and both carry ${JSON.stringify(key)}, which a product ` +
            "carries once. Give each plan a product of its own, or make one plan of the two in the catalog.",
        );
      }
      planOf.set(pair, plan);
    }
  }
}

function isInputOfText(value: unknown): boolean {
  // A promise by its method: one of Jest's has another prototype.
  return (
    typeof value === "string" || Output.isInstance(value) || typeof (value as PromiseLike<unknown>).then === "function"
  );
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? "none" : names.map((name) => JSON.stringify(name)).join(", ");
}

function mapped<From, To>(entries: ReadonlyMap<string, From>, change: (value: From) => To): Record<string, To> {
  return Object.fromEntries([...entries].map(([key, value]) => [key, change(value)]));
}
