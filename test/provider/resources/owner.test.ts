import assert from "node:assert/strict";
import { Feature, ProductFeature } from "../../../provider/index";
import { feature } from "../../../provider/lifecycle/feature";
import { productFeature } from "../../../provider/lifecycle/product-feature";
import { inputsOf, run } from "../../support/mocked-program";
import { localContext } from "../../support/test-environment";

/** The longest names that Pulumi allows. */
const [project, stack] = ["p".repeat(100), "s".repeat(100)];

/** Returns the owners of two resources with these names. */
async function ownersOf(...names: readonly string[]): Promise<readonly string[]> {
  await run(() => names.map((name) => new Feature(name, { lookupKey: name.slice(-80), name: "X" })), {
    project,
    stack,
  });
  return names.map((name) => String(inputsOf(name)["owner"]));
}

describe("The owner of a resource", () => {
  it("holds the whole name of up to 298 characters, and fits in a marker", async () => {
    const name = "n".repeat(298);
    const [owner = ""] = await ownersOf(name);
    assert.equal(owner, `${project}/${stack}/${name}`);
    assert.equal(owner.length, 500);
  });

  it("holds the beginning and a hash of a longer name, so that no two names have one owner", async () => {
    const name = "n".repeat(600);
    const owners = await ownersOf(`${name}1`, `${name}2`);
    assert.equal(new Set(owners).size, 2);
    for (const owner of owners) {
      assert.match(owner, /\/n{281}~[0-9a-f]{16}$/);
      const { failures } = feature.check(localContext(), { owner, olds: {}, news: { lookupKey: "x", name: "X" } });
      assert.deepEqual(failures, []);
    }
  });

  it("is accepted for an attachment with a long name", async () => {
    const name = "n".repeat(600);
    const pair = { product: "prod_1", entitlementFeature: "feat_1" };
    await run(() => new ProductFeature(name, pair), { project, stack });
    const owner = String(inputsOf(name)["owner"]);
    assert.deepEqual(productFeature.check(localContext(), { owner, olds: {}, news: pair }).failures, []);
  });
});
