import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { defineCatalog, parseCatalog } from "../../../provider/catalog/index";
import { EntitlementCatalog, type EntitlementCatalogArgs, Feature, ProductFeature } from "../../../provider/index";
import { inputsOf, lastRegistered, run, unwrap } from "../../support/mocked-program";
import { rejection } from "../../support/rejection";

const catalog = defineCatalog({
  features: {
    sso: { name: "Single sign-on", metadata: { team: "identity" } },
    "audit-log": { name: "Audit log" },
  },
  plans: { team: { features: ["audit-log"] }, enterprise: { includes: ["team"], features: ["sso"] } },
});
const products = { team: "prod_team", enterprise: "prod_enterprise" };
const acme = () => new EntitlementCatalog("acme", { catalog, products });

/** Returns the names of the resources that the last program registered, without the stack. */
const names = () =>
  lastRegistered()
    .map(({ name }) => name)
    .filter((name) => name !== "shop-production")
    .toSorted();

describe("new EntitlementCatalog", () => {
  it("registers a feature for each key and an attachment for each feature of a plan", async () => {
    await run(acme);
    assert.deepEqual(names(), [
      "acme",
      "acme/audit-log",
      "acme/enterprise/audit-log",
      "acme/enterprise/sso",
      "acme/sso",
      "acme/team/audit-log",
    ]);
    assert.deepEqual(inputsOf("acme/sso"), {
      lookupKey: "sso",
      name: "Single sign-on",
      metadata: { team: "identity" },
      owner: "shop/production/acme/sso",
    });
    assert.deepEqual(inputsOf("acme/audit-log"), {
      lookupKey: "audit-log",
      name: "Audit log",
      owner: "shop/production/acme/audit-log",
    });
    assert.deepEqual(inputsOf("acme/enterprise/audit-log"), {
      product: "prod_enterprise",
      entitlementFeature: "feat_acme/audit-log",
      owner: "shop/production/acme/enterprise/audit-log",
    });
    const types = new Map(lastRegistered().map(({ name, type }) => [name, type]));
    assert.equal(types.get("acme"), "stripe-entitlements:index:EntitlementCatalog");
    assert.equal(types.get("acme/sso"), "pulumi-nodejs:dynamic/stripe-entitlements:Feature");
    assert.equal(types.get("acme/team/audit-log"), "pulumi-nodejs:dynamic/stripe-entitlements:ProductFeature");
  });

  it("is the parent of its features and attachments", async () => {
    const component = await run(acme);
    for (const resource of [component.features.sso, component.attachments.enterprise["audit-log"]]) {
      assert.match(await unwrap(resource.urn), /::stripe-entitlements:index:EntitlementCatalog\$pulumi-nodejs:dynamic/);
    }
  });

  it("has outputs for the ids by key and by plan, and the matrix", async () => {
    const component = await run(acme);
    assert.deepEqual(await unwrap(component.featureIds), {
      sso: "feat_acme/sso",
      "audit-log": "feat_acme/audit-log",
    });
    assert.deepEqual(await unwrap(component.attachmentIds), {
      team: { "audit-log": "feat_acme/team/audit-log" },
      enterprise: { sso: "feat_acme/enterprise/sso", "audit-log": "feat_acme/enterprise/audit-log" },
    });
    assert.deepEqual(component.matrix, catalog.matrix());
    assert.ok(Feature.isInstance(component.features.sso));
    assert.ok(ProductFeature.isInstance(component.attachments.enterprise.sso));
    assert.equal(await unwrap(component.features.sso.name), "Single sign-on");
  });

  it("accepts outputs for products, and passes adopt to each child", async () => {
    await run(
      () =>
        new EntitlementCatalog("acme", {
          catalog,
          products: { team: pulumi.output("prod_team"), enterprise: Promise.resolve("prod_enterprise") },
          adopt: pulumi.output("unowned" as const),
        }),
    );
    assert.equal(inputsOf("acme/team/audit-log")["product"], "prod_team");
    for (const name of ["acme/sso", "acme/enterprise/sso"]) assert.equal(inputsOf(name)["adopt"], "unowned");
  });

  it("is recognized by EntitlementCatalog.isInstance alone", async () => {
    const component = await run(acme);
    assert.ok(EntitlementCatalog.isInstance(component));
    assert.ok(!EntitlementCatalog.isInstance(component.features.sso));
    assert.ok(!Feature.isInstance(component));
    for (const other of [undefined, null, {}, "x"]) assert.ok(!EntitlementCatalog.isInstance(other));
  });

  it("gives each child a name of its own, also when plans and keys contain ~ and /", async () => {
    const keys = ["a", "b", "a/b", "a~1b", "a~b", "~", "/", "constructor", "1"];
    const features = Object.fromEntries(keys.map((key) => [key, { name: key }]));
    const plans = Object.fromEntries(keys.map((plan) => [plan, { features: keys }]));
    const odd = parseCatalog({ features, plans });
    const component = await run(
      () => new EntitlementCatalog("x", { catalog: odd, products: Object.fromEntries(keys.map((key) => [key, key])) }),
    );
    assert.equal(names().length, 1 + keys.length + keys.length ** 2);
    assert.equal(new Set(names()).size, names().length);
    assert.deepEqual(inputsOf("x/a~1b")["lookupKey"], "a/b");
    assert.deepEqual(inputsOf("x/a~01b/a~0b")["product"], "a~1b");
    assert.equal(await unwrap(component.featureIds.apply((ids) => ids["constructor"])), "feat_x/constructor");
  });

  it("has empty outputs for a plan without features and a catalog without plans", async () => {
    const bare = defineCatalog({ features: { sso: { name: "x" } }, plans: { free: {} } });
    const empty = defineCatalog({ features: {}, plans: {} });
    const [first, second] = await run(() => [
      new EntitlementCatalog("bare", { catalog: bare, products: { free: "prod_free" } }),
      new EntitlementCatalog("empty", { catalog: empty, products: {} }),
    ]);
    assert.deepEqual(await unwrap(first.attachmentIds), { free: {} });
    assert.deepEqual(await unwrap(second.featureIds), {});
  });

  it("accepts one product for plans that share no feature", async () => {
    const apart = defineCatalog({
      features: { sso: { name: "x" }, api: { name: "y" } },
      plans: { base: { features: ["sso"] }, extra: { features: ["api"] }, free: {} },
    });
    const one = { base: "prod_one", extra: "prod_one", free: "prod_one" };
    await run(() => new EntitlementCatalog("acme", { catalog: apart, products: one }));
    assert.equal(inputsOf("acme/base/sso")["product"], "prod_one");
    assert.equal(inputsOf("acme/extra/api")["product"], "prod_one");
  });

  it("knows the ids of existing features in a preview, key by key", async () => {
    const known: string[] = [];
    const program = () => {
      const { featureIds } = acme();
      for (const key of catalog.featureKeys) featureIds[key].apply((id) => known.push(id));
    };
    await run(program, { preview: true, isNew: (name) => name === "acme/audit-log" });
    assert.deepEqual(known, ["feat_acme/sso"]);
  });

  it("can be previewed before its features have ids", async () => {
    const program = () => {
      const { features } = acme();
      new ProductFeature("extra", { product: "prod_extra", entitlementFeature: features.sso.id });
    };
    await run(program, { preview: true });
    assert.equal(inputsOf("extra")["product"], "prod_extra");
  });
});

describe("new EntitlementCatalog with invalid arguments", () => {
  const undefinedCatalog =
    "catalog must be a catalog from defineCatalog or parseCatalog, but is undefined. Check its import: where " +
    'catalog.json is beside catalog.ts, Node.js finds catalog.json for "./catalog". Rename one.';
  const wrong: readonly [string, unknown, string][] = [
    [
      "a plan without a product",
      { catalog, products: { team: "prod_team" } },
      'products must have exactly the catalog\'s plans, "team", "enterprise". Missing: "enterprise".',
    ],
    [
      "a product that is undefined",
      { catalog, products: { team: "prod_team", enterprise: undefined } },
      'products must have exactly the catalog\'s plans, "team", "enterprise". Missing: "enterprise".',
    ],
    [
      "a product for an unknown plan",
      { catalog, products: { ...products, pro: "prod_pro" } },
      'products must have exactly the catalog\'s plans, "team", "enterprise". Unknown: "pro".',
    ],
    [
      "a missing product together with an unknown plan",
      { catalog, products: { team: "prod_team", entreprise: "prod_e" } },
      'products must have exactly the catalog\'s plans, "team", "enterprise". Missing: "enterprise". Unknown: "entreprise".',
    ],
    [
      "missing products",
      { catalog },
      'products must have exactly the catalog\'s plans, "team", "enterprise". Missing: "team", "enterprise".',
    ],
    [
      "a declaration in place of a catalog",
      { catalog: { features: {}, plans: {} }, products },
      "catalog must be a catalog from defineCatalog or parseCatalog.",
    ],
    [
      "one product for two plans that share a feature",
      { catalog, products: { team: "prod_one", enterprise: "prod_one" } },
      'the plans "team", "enterprise" have the same product, prod_one, and both carry the feature "audit-log". Stripe attaches a feature to a product once. Give each plan a product of its own, or merge the two plans in the catalog.',
    ],
    ...[
      ["an empty product", ""],
      ["a product that is a number", 5],
      ["a product that is a resource", { id: pulumi.output("prod_1") }],
    ].map(([title, product]): [string, unknown, string] => [
      `${title}`,
      { catalog, products: { ...products, enterprise: product } },
      'the product of the plan "enterprise" must be a product id, prod_…',
    ]),
    ["missing arguments", undefined, undefinedCatalog],
    ["a catalog that is undefined, as an import of catalog.json gives it", { products }, undefinedCatalog],
  ];
  for (const [title, args, words] of wrong) {
    it(`rejects ${title} before registering anything`, async () => {
      const error = await rejection(run(() => new EntitlementCatalog("acme", args as EntitlementCatalogArgs)));
      assert.ok(pulumi.RunError.isInstance(error), error.stack);
      assert.equal(error.message, `EntitlementCatalog "acme": ${words}`);
      assert.deepEqual(names(), []);
    });
  }

  it("rejects a second catalog with the same key, and names both features", async () => {
    const error = await rejection(run(() => [acme(), new EntitlementCatalog("again", { catalog, products })]));
    assert.ok(pulumi.RunError.isInstance(error), error.stack);
    assert.match(error.message, /^Feature "again\/sso": Feature "acme\/sso" already declares the lookupKey "sso"/);
  });

  it("rejects the option import", async () => {
    const options = { import: "x" } as pulumi.ComponentResourceOptions;
    const error = await rejection(run(() => new EntitlementCatalog("acme", { catalog, products }, options)));
    assert.match(error.message, /^EntitlementCatalog "acme": the option `import` does not work/);
  });
});
