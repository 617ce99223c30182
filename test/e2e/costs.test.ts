import assert from "node:assert/strict";
import { featureContract, productFeatureContract } from "../../provider/dynamic/contract";
import { itInFullRun } from "../support/full-run";
import { severalCommands } from "../support/pulumi";
import { isWrite, useStack } from "../support/stack";

// Each needs two pages of a list.
const size = { features: 105, attached: 101 };

/** Returns a program whose first `changed` features have `suffix` in their names. */
const program = (suffix: string, changed: number) => `
for (let n = 0; n < ${size.features}; n += 1) {
  const name = "Feature " + n + (n < ${changed} ? "${suffix}" : "");
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

// These counts do not depend on the machine. `npm run bench` measures times.
describe("Costs of 105 features and 101 attachments", function () {
  this.timeout(severalCommands);
  const stack = useStack({ products: ["prod_team"] });

  it("creates them with one write each and one read of the account", async () => {
    await stack().up(program("", 0));
    const requests = stack().takeRequests();
    assert.equal(requests.filter(isWrite).length, size.features + size.attached);
    assert.deepEqual(
      requests.filter((request) => !isWrite(request)),
      ["GET /v1/account"],
    );
  });

  it("stores at most 1,200 bytes per feature and 1,500 per attachment", async () => {
    const limits: Readonly<Record<string, { readonly object: number; readonly provider: number }>> = {
      [featureContract.type]: { object: 1_200, provider: 77 },
      [productFeatureContract.type]: { object: 1_500, provider: 85 },
    };
    const objects = await stack().objects();
    assert.equal(objects.length, size.features + size.attached);
    for (const object of objects) {
      const text = JSON.stringify(object);
      const limit = limits[object.type];
      assert.ok(limit !== undefined, object.type);
      assert.ok(Buffer.byteLength(text) <= limit.object, text);
      assert.equal(Buffer.byteLength(String(object.inputs?.["__provider"])), limit.provider, text);
      assert.equal(object.outputs?.["__provider"], object.inputs?.["__provider"], text);
    }
  });

  itInFullRun("sends no request for a preview or an `up` without changes", async () => {
    await stack().must(["up", "--expect-no-changes"]);
    assert.deepEqual(stack().takeRequests(), []);
  });

  itInFullRun("refreshes them with the pages of two lists and one read of the account", async () => {
    await stack().must(["preview", "--refresh", "--expect-no-changes"]);
    assert.deepEqual(stack().takeRequests().sort(), refresh.toSorted());
  });

  itInFullRun("changes two with `up --refresh` by the requests of a refresh and two writes", async () => {
    await stack().up(program(", changed", 2), "--refresh");
    const requests = stack().takeRequests();
    assert.equal(requests.filter(isWrite).length, 2);
    assert.deepEqual(requests.filter((request) => !isWrite(request)).sort(), refresh.toSorted());
  });

  itInFullRun("sends no more requests for a refresh when 10,000 archived features exist", async () => {
    const { dashboard } = stack();
    for (let n = 0; n < 10_000; n += 1) {
      dashboard.archiveFeature(dashboard.createFeature({ lookupKey: `old-${n}`, name: `Old ${n}` }).id);
    }
    await stack().must(["refresh", "--skip-preview", "--expect-no-changes"]);
    assert.deepEqual(stack().takeRequests().sort(), refresh.toSorted());
  });

  itInFullRun("destroys them with one write each and at most one read per three features", async () => {
    await stack().destroy();
    const requests = stack().takeRequests();
    assert.equal(requests.filter(isWrite).length, size.features + size.attached);
    const reads = requests.filter((request) => !isWrite(request));
    assert.ok(reads.length <= size.features / 3, reads.join("\n"));
  });
});
