import type { Dashboard } from "./dashboard";
import type { FeatureInput } from "./store/feature-properties";

/** Objects to start with. */
export interface Seed {
  readonly features?: readonly SeedFeature[];
  readonly products?: readonly SeedProduct[];
  readonly customers?: readonly SeedCustomer[];
}

export interface SeedFeature extends FeatureInput {
  /** Whether it is archived, after it has been attached. False by default. */
  readonly archived?: boolean;
}

export interface SeedProduct {
  /** Made up by default. */
  readonly id?: string;
  readonly name: string;
  /** True by default. */
  readonly active?: boolean;
  /** Lookup keys of the features attached to it; none by default. */
  readonly features?: readonly string[];
}

export interface SeedCustomer {
  /** Made up by default. */
  readonly id?: string;
  readonly name?: string;
  /** Ids of the products it has subscribed to; none by default. */
  readonly products?: readonly string[];
}

/** Makes the objects, the first ones first. What an archived feature leaves its lookup key to comes after it. */
export function applySeed({ features = [], products = [], customers = [] }: Seed, dashboard: Dashboard): void {
  assertKnownKeys(features, products);
  const plans = products.map(({ features: keys = [], ...product }) => ({
    id: dashboard.createProduct(product).id,
    keys: new Set(keys),
  }));
  for (const { archived = false, ...feature } of features) {
    const { id, lookup_key } = dashboard.createFeature(feature);
    for (const plan of plans) if (plan.keys.has(lookup_key)) dashboard.attach(plan.id, id);
    if (archived) dashboard.archiveFeature(id);
  }
  for (const customer of customers) dashboard.createCustomer(customer);
}

function assertKnownKeys(features: readonly SeedFeature[], products: readonly SeedProduct[]): void {
  const known = new Set(features.map(({ lookupKey }) => lookupKey));
  for (const { name, features: keys = [] } of products) {
    const unknown = keys.find((key) => !known.has(key));
    if (unknown === undefined) continue;
    throw new Error(`The product "${name}" carries "${unknown}", which is not the lookup key of a feature beside it.`);
  }
}
