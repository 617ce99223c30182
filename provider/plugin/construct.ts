import type { ConstructRequest } from "@pulumi/pulumi/proto/provider_pb";
import { ConstructResponse } from "@pulumi/pulumi/proto/provider_pb";
import { type Catalog, isCatalogError, parseCatalog } from "../catalog";
import { EntitlementsError } from "../lifecycle/errors";
import { unknownValue } from "../lifecycle/inputs";
import { childName, findPlansIssue, findSharedProductIssue } from "../resources/catalog-children";
import { Monitor, type Registered } from "./monitor";
import { hasPrototypeKey } from "./prototype-key";
import { tokenOf, unknownToken } from "./tokens";
import {
  fromStruct,
  hasSecret,
  hasUnknown,
  type Properties,
  rawProperties,
  toSecret,
  toStruct,
  unwrapped,
  withoutDependencies,
} from "./wire";

const catalogToken = tokenOf("EntitlementCatalog");

/** The parts of the inputs whose values may be secret, unknown, or from another resource. */
interface Inputs {
  readonly catalog: Catalog;
  /** As they are sent, by plan. */
  readonly products: Properties;
  /** As it is sent. Undefined where it is not declared. */
  readonly adopt: unknown;
  /**
   * Returns the URNs of the resources that the product of a plan comes from. Undefined in a
   * language that tells them for all products together, as YAML does.
   */
  readonly findDependencies: (plan: string) => readonly string[] | undefined;
  /** The URNs of the resources that the products come from. */
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
  if (request.getType() !== catalogToken) throw unknownToken(`Component ${request.getType()}`);
  const inputs = readInputs(request);
  const monitor = new Monitor(request, provider);
  try {
    const urn = await monitor.registerComponent();
    const children = new Children(request.getName(), urn, inputs, monitor);
    const features = await children.registerAll();
    const outputs = outputsOf(inputs.catalog, features);
    await monitor.registerOutputs(urn, request.getDryrun() ? outputs : withoutUnknowns(outputs));
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
    const { products, adopt, findDependencies, productDependencies } = this.inputs;
    const dependencies = findDependencies(plan);
    return this.monitor.registerChild({
      type: "ProductFeature",
      name: childName(this.catalogName, plan, key),
      parent: this.parent,
      properties: { product: products[plan], entitlementFeature: id, adopt },
      // The engine detaches first what depends on a product that it deletes before it replaces it.
      // The other plans must keep their features.
      dependencies: { product: dependencies ?? [], entitlementFeature: [urn] },
      after: dependencies === undefined ? productDependencies : [],
    });
  }
}

function readInputs(request: ConstructRequest): Inputs {
  const subject = `EntitlementCatalog "${request.getName()}"`;
  const raw = rawProperties(request.getInputs());
  const { features, plans } = raw;
  if (hasSecret({ features, plans })) {
    throw invalid(subject, "features and plans must not be secrets, because the names of resources contain them.");
  }
  if (hasUnknown(fromStruct(toStruct({ features, plans })))) {
    throw invalid(subject, "features and plans must be known before the update. Only products may be outputs.");
  }
  if (hasPrototypeKey(request)) throw invalid(subject, "a key must not be __proto__.");
  const catalog = parse(subject, fromStruct(toStruct({ features, plans })));
  return { catalog, adopt: withoutDependencies(raw["adopt"]), ...readProducts(subject, catalog, request) };
}

/** Reads the products, each with the resources that it comes from. */
function readProducts(
  subject: string,
  catalog: Catalog,
  request: ConstructRequest,
): Pick<Inputs, "products" | "findDependencies" | "productDependencies"> {
  const { value, isSecret, isUnknown } = unwrapped(rawProperties(request.getInputs())["products"]);
  // A map that is an output as a whole is known after the first update.
  const given = isUnknown ? catalog.planNames.map((plan) => [plan, unknownValue]) : Object.entries(value ?? {});
  const sent = new Map(given.filter(([, product]) => product !== null) as [string, unknown][]);
  const known = new Map([...sent].map(([plan, product]) => [plan, fromStruct(toStruct({ product }))["product"]]));
  for (const [plan, product] of known) if (hasUnknown(product)) known.delete(plan);
  const issue = findPlansIssue(catalog, [...sent.keys()]) ?? findSharedProductIssue(catalog, known);
  if (issue !== undefined) throw invalid(subject, issue);
  const toProduct = (plan: string, product: unknown) =>
    isSecret ? toSecret(known.get(plan) ?? unknownValue) : withoutDependencies(product);
  return {
    products: Object.fromEntries([...sent].map(([plan, product]) => [plan, toProduct(plan, product)])),
    findDependencies: (plan) => unwrapped(sent.get(plan)).dependencies,
    productDependencies: request.getInputdependenciesMap().get("products")?.getUrnsList() ?? [],
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

/** Returns the outputs for the state, without the ids of children that failed or were skipped. */
function withoutUnknowns(outputs: Properties): Properties {
  return JSON.parse(JSON.stringify(outputs, (_, value) => (value === unknownValue ? undefined : value)));
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
