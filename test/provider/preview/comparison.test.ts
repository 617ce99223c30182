import assert from "node:assert/strict";
import type { CustomResource } from "@pulumi/pulumi";
import type { FeatureInputs } from "../../../provider/lifecycle/feature/properties";
import { Comparison, type Finding } from "../../../provider/preview/comparison";
import type { PlannedAttachment, PlannedFeature } from "../../../provider/preview/planned";
import { Released } from "../../../provider/preview/released";
import { setup, type TestEnvironment } from "../../support/test-environment";

const owner = "acme/dev/sso";
const sso = { lookupKey: "sso", name: "Single sign-on", owner };

function newResource(): CustomResource {
  return {} as CustomResource;
}

function plannedFeature(
  inputs: Partial<FeatureInputs> & Pick<FeatureInputs, "lookupKey">,
  changes: Partial<PlannedFeature> = {},
): PlannedFeature {
  return { resource: newResource(), inputs, unknown: new Set(), secrets: new Set(), ...changes };
}

function plannedAttachment(product: string, entitlementFeature: string): PlannedAttachment {
  return { resource: newResource(), inputs: { product, entitlementFeature, owner }, feature: undefined };
}

function createComparison({ context }: TestEnvironment) {
  const findings: Finding[] = [];
  return { comparison: new Comparison(context, new Released([]), findings), findings };
}

describe("Comparison", () => {
  it("counts a value that is not known yet as the one that exists", async () => {
    await using environment = await setup();
    environment.dashboard.createFeature({ lookupKey: "sso", name: "Old", metadata: { a: "1", pulumi_owner: owner } });
    const { comparison, findings } = createComparison(environment);
    await comparison.addFeatures([plannedFeature(sso, { unknown: new Set(["metadata"]) })]);
    assert.deepEqual(
      findings.map(({ severity, text }) => [severity, text.replace(/feat_\w+/, "feat_…")]),
      [
        [
          "info",
          "up will adopt feat_…, an active feature with this lookup key that this resource created: " +
            'name "Old" → "Single sign-on".',
        ],
      ],
    );
  });

  it("warns where a replacement may adopt the feature and a create may not", async () => {
    await using environment = await setup();
    environment.dashboard.createFeature({ lookupKey: "sso", name: "Old", metadata: { pulumi_owner: owner } });
    const { comparison, findings } = createComparison(environment);
    await comparison.addFeatures([plannedFeature({ ...sso, adopt: "never" })]);
    assert.deepEqual(
      findings.map(({ severity }) => severity),
      ["warning"],
    );
    assert.match(findings[0]?.text ?? "", /`up` adopts it only if it is the feature that this resource replaces\.$/);
  });

  it("says that a delete keeps what is adopted from a former resource", async () => {
    await using environment = await setup();
    const metadata = { pulumi_owner: "acme/dev/former" };
    for (const lookupKey of ["sso", "api"]) {
      environment.dashboard.createFeature({ lookupKey, name: "Single sign-on", metadata });
    }
    const { comparison, findings } = createComparison(environment);
    await comparison.addFeatures([plannedFeature(sso), plannedFeature({ ...sso, lookupKey: "api" })]);
    const general = findings.filter(({ resource }) => resource === undefined).map(({ text }) => text);
    assert.deepEqual(general, [
      "`up` keeps the features and attachments that it adopts from other resources of this stack: the delete of such " +
        "a resource only changes the state.",
    ]);
  });

  it("reads one list for many features, and one for each product", async () => {
    await using environment = await setup();
    const ids = ["a", "b", "c"].map((lookupKey) => environment.dashboard.createFeature({ lookupKey, name: "A" }).id);
    const products = ["prod_1", "prod_2"];
    for (const id of products) environment.dashboard.createProduct({ id, name: id });
    const { comparison } = createComparison(environment);
    await comparison.addFeatures(["a", "b", "c"].map((lookupKey) => plannedFeature({ ...sso, lookupKey })));
    await comparison.addAttachments(products.flatMap((product) => ids.map((id) => plannedAttachment(product, id))));
    assert.deepEqual(environment.requests, [
      "GET /v1/entitlements/features",
      "GET /v1/products/:product/features",
      "GET /v1/products/:product/features",
    ]);
  });

  it("asks for a missing feature once, and warns of it and of a missing product once", async () => {
    await using environment = await setup();
    for (const id of ["prod_1", "prod_2", "prod_3"]) environment.dashboard.createProduct({ id, name: id });
    const { comparison, findings } = createComparison(environment);
    const products = ["prod_1", "prod_2", "prod_3", "prod_gone"];
    await comparison.addAttachments(products.map((product) => plannedAttachment(product, "feat_gone")));
    const texts = findings.map(
      ({ severity, text }) => `${severity}: ${/(?:product|feature) \w+ does not/.exec(text)?.[0]}`,
    );
    assert.deepEqual(texts.sort(), ["warning: feature feat_gone does not", "warning: product prod_gone does not"]);
    assert.equal(environment.requests.filter((request) => request === "GET /v1/entitlements/features/:id").length, 1);
  });
});
