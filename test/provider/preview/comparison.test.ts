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

/** Returns the attachment of a feature that does not exist yet. */
function ofNewFeature(product: string): PlannedAttachment {
  const feature = { type: "Feature", owner, plan: "create", resource: newResource() } as const;
  return { resource: newResource(), inputs: { product, owner }, feature };
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
    assert.match(findings[0]?.text ?? "", /`up` adopts it only if it is the object that this resource replaces\.$/);
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

  it("warns of a missing product once where the features are new, too", async () => {
    await using environment = await setup();
    const { comparison, findings } = createComparison(environment);
    await comparison.addAttachments(["prod_gone", "prod_gone"].map(ofNewFeature));
    assert.deepEqual(
      findings.map(({ severity, text }) => [severity, text.split(": ")[1]?.split("\n")[0]]),
      [["warning", "product prod_gone does not exist in this account and mode"]],
    );
  });

  it("warns of a product that only the other mode has, because the run may create it", async () => {
    await using environment = await setup();
    environment.emulator.live.dashboard.createProduct({ id: "prod_1", name: "A" });
    const { comparison, findings } = createComparison(environment);
    await comparison.addAttachments([ofNewFeature("prod_1")]);
    assert.deepEqual(
      findings.map(({ severity }) => severity),
      ["warning"],
    );
  });

  it("rejects a feature that only the other mode has, and compares the rest", async () => {
    await using environment = await setup();
    environment.dashboard.createProduct({ id: "prod_1", name: "A" });
    const { id } = environment.emulator.live.dashboard.createFeature({ lookupKey: "a", name: "A" });
    const { comparison, findings } = createComparison(environment);
    await comparison.addAttachments([plannedAttachment("prod_1", id), plannedAttachment("prod_gone", id)]);
    assert.deepEqual(findings.map(({ severity, resource }) => [severity, resource !== undefined]).sort(), [
      ["error", true],
      ["warning", true],
    ]);
  });
  it("warns where the replacement of an attachment may adopt it and a create may not", async () => {
    await using environment = await setup();
    const { dashboard } = environment;
    dashboard.createProduct({ id: "prod_1", name: "A" });
    const attach = (metadata: Record<string, string>, lookupKey: string) => {
      const { id } = dashboard.createFeature({ lookupKey, name: "A", metadata });
      dashboard.attach("prod_1", id);
      return plannedAttachment("prod_1", id);
    };
    const [own, byHand, withoutMarkers] = [attach({ pulumi_owner: owner }, "a"), attach({}, "b"), attach({}, "c")];
    const planned = [
      { ...own, inputs: { ...own.inputs, adopt: "never" } as const },
      byHand,
      { ...withoutMarkers, inputs: { ...withoutMarkers.inputs, owner: undefined } },
    ];
    const { comparison, findings } = createComparison(environment);
    await comparison.addAttachments(planned as PlannedAttachment[]);
    const severities = planned.map(({ resource }) => findings.find((each) => each.resource === resource)?.severity);
    assert.deepEqual(severities, ["warning", "error", "warning"]);
  });
});
