/**
 * Checks the types of catalogs at compile time. `tsc` reports each line that is expected to fail
 * and does not. The functions never run.
 */
import type { Output } from "@pulumi/pulumi";
import type Stripe from "stripe";
import {
  type Catalog,
  type CatalogMatrix,
  defineCatalog,
  type Entitlements,
  type FeatureKeyOf,
  type PlanFeature,
  type PlanOf,
  parseCatalog,
} from "../../../provider/catalog/index";
import { EntitlementCatalog, type Feature, type ProductFeature } from "../../../provider/index";
import plans from "./plans.json";

type Equal<One, Other> = (<T>() => T extends One ? 1 : 2) extends <T>() => T extends Other ? 1 : 2 ? true : false;

const expect = <_Holds extends true>(): void => undefined;

const catalog = defineCatalog({
  features: {
    sso: { name: "Single sign-on", metadata: { team: "identity" } },
    "audit-log": { name: "Audit log" },
    2: { name: "Two" },
  },
  plans: {
    free: {},
    team: { features: ["audit-log"] },
    business: { includes: ["team", "free"], features: [] },
    enterprise: { includes: ["business"], features: ["sso", "2"] },
  },
});

export function names(): void {
  expect<Equal<FeatureKeyOf<typeof catalog>, "sso" | "audit-log" | "2">>();
  expect<Equal<PlanOf<typeof catalog>, "free" | "team" | "business" | "enterprise">>();
  expect<Equal<FeatureKeyOf<typeof catalog, "free">, never>>();
  expect<Equal<FeatureKeyOf<typeof catalog, "team">, "audit-log">>();
  expect<Equal<FeatureKeyOf<typeof catalog, "business">, "audit-log">>();
  expect<Equal<FeatureKeyOf<typeof catalog, "enterprise">, "audit-log" | "sso" | "2">>();
  expect<Equal<FeatureKeyOf<typeof catalog, "free" | "team">, "audit-log">>();
  // @ts-expect-error: unknown plan
  expect<Equal<FeatureKeyOf<typeof catalog, "pro">, never>>();
  expect<Equal<typeof catalog.featureKeys, readonly ("sso" | "audit-log" | "2")[]>>();
  expect<Equal<typeof catalog.plans.team.features, readonly ["audit-log"]>>();
}

export function resolved(): void {
  const enterprise = catalog.featuresOf("business");
  expect<Equal<typeof enterprise, readonly PlanFeature<"audit-log", "free" | "team" | "business">[]>>();
  const matrix = catalog.matrix();
  expect<Equal<typeof matrix, CatalogMatrix<FeatureKeyOf<typeof catalog>, PlanOf<typeof catalog>>>>();
  expect<Equal<(typeof matrix)["sso"]["team"], boolean>>();
  // @ts-expect-error: unknown plan
  catalog.featuresOf("pro");
  // @ts-expect-error: a catalog is readonly
  catalog.featureKeys.push("sso");
  // @ts-expect-error: a catalog is readonly
  catalog.features.sso.name = "Renamed";
  // @ts-expect-error: a catalog is readonly
  catalog.plans.team.features = [];
}

export function wrongPlans(): void {
  const features = { sso: { name: "Single sign-on" }, "audit-log": { name: "Audit log" } };
  // @ts-expect-error: unknown feature
  defineCatalog({ features, plans: { team: { features: ["ssso"] } } });
  // @ts-expect-error: unknown plan
  defineCatalog({ features, plans: { team: {}, enterprise: { includes: ["taem"] } } });
  // @ts-expect-error: a plan includes itself
  defineCatalog({ features, plans: { team: { includes: ["team"] } } });
  // @ts-expect-error: two plans include each other
  defineCatalog({ features, plans: { a: { includes: ["b"] }, b: { includes: ["a"] } } });
  // @ts-expect-error: a cycle of three
  defineCatalog({ features, plans: { a: { includes: ["b"] }, b: { includes: ["c"] }, c: { includes: ["a"] } } });
  // @ts-expect-error: unknown property
  defineCatalog({ features, plans: { team: { features: [], fetures: [] } } });
  // @ts-expect-error: features must be a list
  defineCatalog({ features, plans: { team: { features: "sso" } } });
  // @ts-expect-error: plans are required
  defineCatalog({ features });
  const strings: string[] = ["sso"];
  // @ts-expect-error: string[] is not known at compile time
  defineCatalog({ features, plans: { team: { features: strings } } });
  defineCatalog({ features, plans: { team: { features: ["sso"] }, other: { includes: ["team"] } } });
}

export function wrongFeatures(): void {
  // @ts-expect-error: a name is required
  defineCatalog({ features: { sso: {} }, plans: {} });
  // @ts-expect-error: a name is a string
  defineCatalog({ features: { sso: { name: 5 } }, plans: {} });
  // @ts-expect-error: unknown property
  defineCatalog({ features: { sso: { name: "x", lookupKey: "sso" } }, plans: {} });
  // @ts-expect-error: values are strings
  defineCatalog({ features: { sso: { name: "x", metadata: { seats: 5 } } }, plans: {} });
}

export function parsed(text: string, anything: unknown): void {
  const imported = parseCatalog(plans);
  expect<Equal<FeatureKeyOf<typeof imported>, "sso" | "audit-log">>();
  expect<Equal<PlanOf<typeof imported>, "free" | "team" | "enterprise">>();
  // The compiler does not know the items of a list in a JSON file.
  expect<Equal<FeatureKeyOf<typeof imported, "enterprise">, "sso" | "audit-log">>();
  const read = parseCatalog(anything);
  expect<Equal<typeof read, Catalog>>();
  expect<Equal<FeatureKeyOf<typeof read>, string>>();
  const any = parseCatalog(JSON.parse(text));
  expect<Equal<typeof any, Catalog>>();
  any.entitlementsOf([]).has(text);
}

export async function application(stripe: Stripe, event: Stripe.Event, text: string): Promise<void> {
  const list = (customer: string) => stripe.entitlements.activeEntitlements.list({ customer });
  const page = await list("cus_1");
  const entitlements = catalog.entitlementsOf(page);
  expect<Equal<typeof entitlements, Entitlements<"sso" | "audit-log" | "2">>>();
  expect<Equal<typeof entitlements.keys, ReadonlySet<"sso" | "audit-log" | "2">>>();
  catalog.entitlementsOf(await list("cus_1").autoPagingToArray({ limit: 10_000 }));
  entitlements.has("sso");
  // @ts-expect-error: unknown feature
  entitlements.has("ssso");
  // @ts-expect-error: a string may not be a feature
  entitlements.has(text);
  // @ts-expect-error: the promise is not awaited
  catalog.entitlementsOf(list("cus_1"));
  // @ts-expect-error: a single entitlement is not a list
  catalog.entitlementsOf({ lookup_key: "sso" });
  if (event.type !== "entitlements.active_entitlement_summary.updated") return;
  await catalog.entitlementsOfSummary(event.data.object, list);
  // @ts-expect-error: the event carries at most ten entitlements
  await catalog.entitlementsOfSummary(event.data.object);
}

/** A function that accepts any catalog. */
export function anyCatalog(): void {
  const takes = (_: Catalog): void => undefined;
  takes(catalog);
  takes(parseCatalog(plans));
  takes(defineCatalog({ features: {}, plans: {} }));
  // @ts-expect-error: a declaration is not a catalog
  takes({ features: {}, plans: {} });
}

export function component(product: Output<string>): void {
  const products = { free: "prod_free", team: "prod_team", business: product, enterprise: product };
  const acme = new EntitlementCatalog("acme", { catalog, products });
  expect<Equal<typeof acme.features.sso, Feature>>();
  expect<Equal<typeof acme.attachments.enterprise.sso, ProductFeature>>();
  expect<Equal<keyof typeof acme.attachments.team, "audit-log">>();
  expect<Equal<typeof acme.featureIds, Output<{ readonly [key in FeatureKeyOf<typeof catalog>]: string }>>>();
  expect<Equal<typeof acme.matrix.sso.team, boolean>>();
  void acme.attachmentIds.enterprise.sso;
  // @ts-expect-error: the team plan does not carry sso
  void acme.attachments.team.sso;
  // @ts-expect-error: unknown feature
  void acme.features.ssso;
  // @ts-expect-error: a plan without a product
  new EntitlementCatalog("acme", { catalog, products: { free: "a", team: "b", business: "c" } });
  // @ts-expect-error: a product without a plan
  new EntitlementCatalog("acme", { catalog, products: { ...products, pro: "prod_pro" } });
  const more = { ...products, pro: "prod_pro" };
  // @ts-expect-error: a product without a plan, in a variable
  new EntitlementCatalog("acme", { catalog, products: more });
  const read: EntitlementCatalog<typeof catalog> = acme;
  void read.featureIds;
  // @ts-expect-error: a product is an id
  new EntitlementCatalog("acme", { catalog, products: { ...products, team: 5 } });
  // @ts-expect-error: unknown policy
  new EntitlementCatalog("acme", { catalog, products, adopt: "all" });
  const parsed = parseCatalog({} as unknown);
  new EntitlementCatalog("acme", { catalog: parsed, products: { anything: "prod_1" } });
}
