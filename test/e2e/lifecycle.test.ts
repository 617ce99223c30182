import assert from "node:assert/strict";
import { featureContract, productFeatureContract } from "../../provider/dynamic/contract";
import { itInFullRun } from "../support/full-run";
import { severalCommands } from "../support/pulumi";
import { isWrite, useStack } from "../support/stack";

const plans = `
const features = {};
for (const key of ["projects", "api", "audit-log", "sso", "sla"]) {
  features[key] = new Feature(key, { lookupKey: key, name: "The feature " + key, metadata: { team: "identity" } });
}
const included = { prod_team: ["projects", "api", "audit-log"], prod_enterprise: Object.keys(features) };
for (const [product, keys] of Object.entries(included)) {
  for (const key of keys) {
    new ProductFeature(product + "-" + key, { product, entitlementFeature: features[key].id });
  }
}
const { id, lookupKey, active, livemode, metadata } = features.sso;
exports.sso = { id, lookupKey, active, livemode, metadata };
`;

describe("Five features on two products", function () {
  this.timeout(severalCommands);
  const stack = useStack({ products: ["prod_team", "prod_enterprise"] });

  it("are previewed with the account, one list of features and one of each product", async () => {
    await stack().program(plans);
    await stack().must(["preview"]);
    assert.deepEqual(stack().takeRequests().sort(), [
      "GET /v1/account",
      "GET /v1/entitlements/features",
      "GET /v1/products/prod_enterprise/features",
      "GET /v1/products/prod_team/features",
    ]);
  });

  it("are created by `up` with one write each", async () => {
    await stack().must(["up"]);
    const requests = stack().takeRequests();
    assert.deepEqual(requests.filter(isWrite).sort(), [
      ...Array(5).fill("POST /v1/entitlements/features"),
      ...Array(5).fill("POST /v1/products/prod_enterprise/features"),
      ...Array(3).fill("POST /v1/products/prod_team/features"),
    ]);
    // At most four reads for the preview, and two for the update.
    assert.ok(requests.length <= 19, requests.join("\n"));
  });

  it("are in Stripe as declared, with the marker of their resource", () => {
    assert.deepEqual(stack().attached("prod_team"), ["api", "audit-log", "projects"]);
    assert.deepEqual(stack().attached("prod_enterprise"), ["api", "audit-log", "projects", "sla", "sso"]);
    const sso = stack()
      .dashboard.features()
      .find(({ lookup_key }) => lookup_key === "sso");
    assert.equal(sso?.name, "The feature sso");
    assert.deepEqual(sso.metadata, { team: "identity", pulumi_owner: "acme/dev/sso" });
  });

  it("are outputs of the stack without their markers", async () => {
    const { stdout } = await stack().must(["stack", "output", "--json"]);
    const id = await stack().idOf("sso");
    const metadata = { team: "identity" };
    assert.deepEqual(JSON.parse(stdout), { sso: { id, lookupKey: "sso", active: true, livemode: false, metadata } });
  });

  it("store the constant provider text in inputs and outputs", async () => {
    const texts = (await stack().objects()).flatMap(({ inputs, outputs }) => [
      inputs?.["__provider"],
      outputs?.["__provider"],
    ]);
    assert.deepEqual(texts.toSorted(), [
      ...Array(2 * 5).fill(featureContract.provider),
      ...Array(2 * 8).fill(productFeatureContract.provider),
    ]);
  });

  it("hide in `--diff` what only Stripe knows, which a replacement would show as removed", async () => {
    const resources = await stack().exported();
    const hiddenOf = (type: string) => resources.find((each) => each.type.endsWith(`:${type}`))?.hideDiff;
    assert.deepEqual(hiddenOf("Feature"), ["account", "active", "livemode"]);
    assert.deepEqual(hiddenOf("ProductFeature"), ["account", "livemode", "lookupKey"]);
  });

  it("need no request for an `up` without changes", async () => {
    stack().takeRequests();
    await stack().must(["up", "--skip-preview", "--expect-no-changes"]);
    assert.deepEqual(stack().takeRequests(), []);
  });

  itInFullRun("are refreshed with at most five requests", async () => {
    await stack().must(["refresh", "--skip-preview", "--expect-no-changes"]);
    const requests = stack().takeRequests();
    assert.ok(requests.length <= 5 && !requests.some(isWrite), requests.join("\n"));
  });

  it("are detached and then archived by `destroy`", async () => {
    await stack().destroy();
    const writes = stack().takeRequests().filter(isWrite);
    const kinds = writes.map((request) => request.split(" ", 1)[0]);
    assert.deepEqual(kinds, [...Array(8).fill("DELETE"), ...Array(5).fill("POST")]);
    assert.deepEqual(stack().attached("prod_team"), []);
    assert.deepEqual(stack().attached("prod_enterprise"), []);
    assert.equal(stack().dashboard.features({ archived: true }).length, 5);
    assert.deepEqual(stack().dashboard.features({ archived: false }), []);
    assert.deepEqual(await stack().exported(), []);
  });

  itInFullRun("are created again with the same lookup keys", async () => {
    await stack().up();
    const requests = stack().takeRequests();
    assert.equal(requests.filter(isWrite).length, 13);
    // At most four reads for the preview, and two for the update.
    assert.ok(requests.length <= 19, requests.join("\n"));
    assert.equal(stack().dashboard.features({ archived: false }).length, 5);
    assert.equal(stack().dashboard.features({ archived: true }).length, 5);
    assert.deepEqual(stack().attached("prod_enterprise"), ["api", "audit-log", "projects", "sla", "sso"]);
  });
});
