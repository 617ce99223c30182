import type { ConstructRequest } from "@pulumi/pulumi/proto/provider_pb";
import { ConstructResponse } from "@pulumi/pulumi/proto/provider_pb";
import { type Catalog, isCatalogError, parseCatalog } from "../catalog";
import { EntitlementsError } from "../lifecycle/errors";
import { childName, findPlansIssue, findSharedProductIssue } from "../resources/catalog-children";
import { Monitor, type Registered } from "./monitor";
import { fromStruct, hasUnknown, type Properties, rawProperties, toStruct } from "./wire";

const catalogToken = "stripe-entitlements:index:EntitlementCatalog";

/** The parts of the inputs whose values may be secret, unknown, or from another resource. */
interface Inputs {
  readonly catalog: Catalog;
  /** As they are sent, by plan. */
  readonly products: Properties;
  /** As it is sent. Undefined where it is not declared. */
  readonly adopt: unknown;
  /** URNs of the resources that the products come from. */
  readonly productDependencies: readonly string[];
}

/**
 * Registers the component EntitlementCatalog, a Feature for each feature of its catalog, and a
 * ProductFeature for each feature that a plan carries. The children have the names and the parent
 * that the class EntitlementCatalog of a TypeScript program gives them.
 *
 * @param provider the reference of the provider for children that the program gives none
 * @throws EntitlementsError when the inputs are invalid. Nothing is registered then.
 */
export async function constructCatalog(
  request: ConstructRequest,
  provider: string | undefined,
): Promise<ConstructResponse> {
  if (request.getType() !== catalogToken) {
    throw new EntitlementsError(`Component ${request.getType()}: this version of the plugin does not have it`, {
      kind: "invalidArgument",
      hint: "Use the same version of the plugin and of the SDK: see `pulumi plugin ls`.",
    });
  }
  const inputs = readInputs(request);
  const monitor = new Monitor(request, provider);
  try {
    const urn = await monitor.registerComponent();
    const children = new Children(request.getName(), urn, inputs, monitor);
    const features = await children.registerAll();
    const outputs = outputsOf(inputs.catalog, features);
    await monitor.registerOutputs(urn, outputs);
    return responseOf(urn, outputs, features);
  } finally {
    monitor.close();
  }
}

/** A feature of the catalog, and its attachments by plan. */
interface RegisteredFeature {
  readonly feature: Registered;
  readonly attachments: ReadonlyMap<string, Registered>;
}

class Children {
  constructor(
    private readonly catalogName: string,
    private readonly parent: string,
    private readonly inputs: Inputs,
    private readonly monitor: Monitor,
  ) {}

  /** Returns the features by key. Each is attached as soon as it is registered. */
  async registerAll(): Promise<ReadonlyMap<string, RegisteredFeature>> {
    const { catalog } = this.inputs;
    const plansOf = new Map(catalog.featureKeys.map((key) => [key, [] as string[]]));
    for (const plan of catalog.planNames) for (const { key } of catalog.featuresOf(plan)) plansOf.get(key)?.push(plan);
    const registered = [...plansOf].map(async ([key, plans]) => [key, await this.#register(key, plans)] as const);
    return new Map(await Promise.all(registered));
  }

  async #register(key: string, plans: readonly string[]): Promise<RegisteredFeature> {
    const { catalog, adopt } = this.inputs;
    const { name, metadata } = catalog.features[key] ?? { name: key };
    const feature = await this.monitor.registerChild({
      type: "Feature",
      name: childName(this.catalogName, key),
      parent: this.parent,
      properties: { lookupKey: key, name, metadata, adopt },
      dependencies: {},
    });
    const attach = async (plan: string) => [plan, await this.#attach(plan, key, feature)] as const;
    return { feature, attachments: new Map(await Promise.all(plans.map(attach))) };
  }

  #attach(plan: string, key: string, { urn, id }: Registered): Promise<Registered> {
    const { products, adopt, productDependencies } = this.inputs;
    return this.monitor.registerChild({
      type: "ProductFeature",
      name: childName(this.catalogName, plan, key),
      parent: this.parent,
      properties: { product: products[plan], entitlementFeature: id, adopt },
      dependencies: { product: productDependencies, entitlementFeature: [urn] },
    });
  }
}

function readInputs(request: ConstructRequest): Inputs {
  const subject = `EntitlementCatalog "${request.getName()}"`;
  const { features, plans, products } = fromStruct(request.getInputs());
  const raw = rawProperties(request.getInputs());
  if (hasUnknown({ features, plans })) {
    throw invalid(subject, "features and plans must be known before the update. Only products may be outputs.");
  }
  const catalog = parse(subject, { features, plans });
  const given = Object.entries((products ?? {}) as Properties).filter(([, product]) => product !== null);
  const known = new Map(given.filter(([, product]) => !hasUnknown(product)));
  const names = given.map(([plan]) => plan);
  const issue = findPlansIssue(catalog, names) ?? findSharedProductIssue(catalog, known);
  if (issue !== undefined) throw invalid(subject, issue);
  const dependencies = request.getInputdependenciesMap().get("products")?.getUrnsList() ?? [];
  // A map that is secret as a whole holds its entries inside.
  const sent = raw["products"] as Properties;
  const isWhole = names.every((plan) => plan in sent);
  return {
    catalog,
    products: isWhole ? sent : ((products ?? {}) as Properties),
    adopt: raw["adopt"],
    productDependencies: dependencies,
  };
}

function parse(subject: string, declaration: unknown): Catalog {
  try {
    return parseCatalog(declaration) as Catalog;
  } catch (error) {
    if (!isCatalogError(error)) throw error;
    throw invalid(subject, error.message);
  }
}

function invalid(subject: string, issue: string): EntitlementsError {
  return new EntitlementsError(`${subject}: ${issue}`, { kind: "invalidArgument", hint: "Nothing was registered." });
}

/** Returns the outputs of the component: ids, and which plan carries which feature. */
function outputsOf(catalog: Catalog, features: ReadonlyMap<string, RegisteredFeature>): Properties {
  const attachmentIds = catalog.planNames.map((plan) => [
    plan,
    Object.fromEntries([...features].flatMap(([key, { attachments }]) => entry(key, attachments.get(plan)?.id))),
  ]);
  return {
    featureIds: Object.fromEntries([...features].map(([key, { feature }]) => [key, feature.id])),
    attachmentIds: Object.fromEntries(attachmentIds),
    matrix: catalog.matrix(),
  };
}

function entry(key: string, value: string | undefined): readonly (readonly [string, string])[] {
  return value === undefined ? [] : [[key, value]];
}

function responseOf(
  urn: string,
  outputs: Properties,
  features: ReadonlyMap<string, RegisteredFeature>,
): ConstructResponse {
  const response = new ConstructResponse().setUrn(urn).setState(toStruct(outputs));
  const urns = {
    featureIds: [...features.values()].map(({ feature }) => feature.urn),
    attachmentIds: [...features.values()].flatMap(({ attachments }) =>
      [...attachments.values()].map((each) => each.urn),
    ),
  };
  for (const [name, list] of Object.entries(urns)) {
    const dependencies = new ConstructResponse.PropertyDependencies().setUrnsList(list);
    response.getStatedependenciesMap().set(name, dependencies);
  }
  return response;
}
