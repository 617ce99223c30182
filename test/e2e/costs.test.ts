import assert from "node:assert/strict";
import { severalCommands } from "../support/pulumi";
import { isWrite, useStack } from "../support/stack";

const size = { features: 120, attached: 110 };

// Two pages of features, and two of what the product carries. `edition` is in the names of the first `changed`.
const program = (edition: string, changed: number) => `
for (let n = 0; n < ${size.features}; n += 1) {
  const name = "Feature " + n + (n < ${changed} ? "${edition}" : "");
  const { id } = new Feature("feature-" + n, { lookupKey: "key-" + n, name });
  if (n < ${size.attached}) new ProductFeature("attachment-" + n, { product: "prod_team", entitlementFeature: id });
}
`;

const featurePages = 2;
const productFeaturePages = 2;
const lists = [
  ...Array<string>(featurePages).fill("GET /v1/entitlements/features"),
  ...Array<string>(productFeaturePages).fill("GET /v1/products/prod_team/features"),
];
const refresh = ["GET /v1/account", ...lists];

// What is counted here does not depend on the machine; how long it takes is measured by `npm run bench`.
describe("What 120 features and 110 attachments cost", function () {
  this.timeout(severalCommands);
  const stack = useStack({ products: ["prod_team"] });

  it("to make: a write each, and the account once", async () => {
    await stack().up(program("", 0));
    const requests = stack().takeRequests();
    assert.equal(requests.filter(isWrite).length, size.features + size.attached);
    assert.deepEqual(
      requests.filter((request) => !isWrite(request)),
      ["GET /v1/account"],
    );
  });

  it("in the state: 1.5 KB a feature and 1.7 KB an attachment, and 300 bytes of each the provider", async () => {
    const most = (type: string) => (type.endsWith(":Feature") ? 1_500 : 1_700);
    const objects = await stack().objects();
    assert.equal(objects.length, size.features + size.attached);
    for (const object of objects) {
      const text = JSON.stringify(object);
      assert.ok(text.length <= most(object.type), text);
      assert.ok(String(object.inputs?.["__provider"]).length <= 300, text);
    }
  });

  it("to preview, and to go up without a change: nothing", async () => {
    await stack().must(["preview", "--expect-no-changes"]);
    await stack().up();
    assert.deepEqual(stack().takeRequests(), []);
  });

  it("to refresh: the pages of the lists, and the account once", async () => {
    await stack().must(["refresh", "--skip-preview", "--expect-no-changes"]);
    assert.deepEqual(stack().takeRequests().sort(), refresh.toSorted());
    await stack().must(["preview", "--refresh", "--expect-no-changes"]);
    assert.deepEqual(stack().takeRequests().sort(), refresh.toSorted());
  });

  it("to change two: what a refresh costs, and a write each", async () => {
    await stack().up(program(", changed", 2), "--refresh");
    const requests = stack().takeRequests();
    assert.equal(requests.filter(isWrite).length, 2);
    assert.deepEqual(requests.filter((request) => !isWrite(request)).sort(), refresh.toSorted());
  });

  it("to refresh beside 10,000 archived features: no more than without them", async () => {
    const { dashboard } = stack();
    for (let n = 0; n < 10_000; n += 1) {
      dashboard.archiveFeature(dashboard.createFeature({ lookupKey: `old-${n}`, name: `Old ${n}` }).id);
    }
    await stack().must(["refresh", "--skip-preview", "--expect-no-changes"]);
    assert.deepEqual(stack().takeRequests().sort(), refresh.toSorted());
  });

  it("to destroy: a write each, and a read for every third feature at most", async () => {
    await stack().destroy();
    const requests = stack().takeRequests();
    assert.equal(requests.filter(isWrite).length, size.features + size.attached);
    const reads = requests.filter((request) => !isWrite(request));
    assert.ok(reads.length <= size.features / 3, reads.join("\n"));
  });
});
