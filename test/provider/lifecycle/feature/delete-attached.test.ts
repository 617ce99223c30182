import assert from "node:assert/strict";
import { feature } from "../../../../provider/lifecycle/feature";
import type { FeatureInputs } from "../../../../provider/lifecycle/feature/properties";
import { declareFeature, declarePair } from "../../../support/declare";
import { entitlementsRejection } from "../../../support/rejection";
import { type ContextOptions, setup, type TestContext, type TestEnvironment } from "../../../support/test-environment";

const sso = { lookupKey: "sso", name: "Single sign-on", owner: "shop/production/sso" };
const retrieve = "GET /v1/entitlements/features/:id";
const archive = "POST /v1/entitlements/features/:id";

/** Creates a feature, and attaches it by hand to new products of these names. */
async function attachedTo(env: TestEnvironment, names: readonly string[], inputs: Partial<FeatureInputs> = {}) {
  const { id, outs } = await declareFeature(env.context, { ...sso, ...inputs });
  const carriers = names.map((name) => env.dashboard.createProduct({ name }).id);
  for (const product of carriers) env.dashboard.attach(product, id);
  env.emulator.requests.clear();
  return { id, carriers, remove: (context: TestContext) => feature.delete(context, id, outs) };
}

const isActive = ({ dashboard }: TestEnvironment, id: string) => dashboard.feature(id)?.active;

describe("Feature.delete of an attached feature", () => {
  it("fails, and names each product, the effect and what to do", async () => {
    await using env = await setup();
    const { id, carriers, remove } = await attachedTo(env, ["Team", "Enterprise"]);
    env.dashboard.createProduct({ name: "Free" });
    const error = await entitlementsRejection(remove(env.createContext()));
    const [team, enterprise] = carriers;
    const [what = "", effect] = error.message.split(", where ");
    const start = `Feature "sso" (${id}, lookup key "sso"): not archived, because it is still attached to `;
    assert.ok(what.startsWith(start), error.message);
    assert.deepEqual(what.slice(start.length).split(", ").sort(), [
      ...[`${team} "Team"`, `${enterprise} "Enterprise"`].sort(),
    ]);
    assert.equal(effect, "an archived feature keeps granting access");
    assert.equal(error.kind, "stillAttached");
    assert.match(error.hint ?? "", /Detach it there.*archiveWhileAttached: true.*_ARCHIVE_WHILE_ATTACHED=true/);
    assert.equal(isActive(env, id), true);
    assert.ok(env.requests.every((request) => request.startsWith("GET ")));
  });

  it("fails also when this run attached it after it had looked through the products", async () => {
    await using env = await setup();
    const { id, remove } = await attachedTo(env, []);
    const other = await declareFeature(env.context, { ...sso, lookupKey: "audit" });
    const product = env.dashboard.createProduct({ name: "Team" }).id;
    const context = env.createContext();
    await feature.delete(context, other.id, other.outs);
    await declarePair(context, { product, entitlementFeature: id });
    const { message } = await entitlementsRejection(remove(context));
    assert.ok(message.includes(`it is still attached to ${product}, where`), message);
    assert.equal(isActive(env, id), true);
  });

  it("fails also when the product is archived", async () => {
    await using env = await setup();
    const { id, carriers, remove } = await attachedTo(env, ["Legacy"]);
    env.dashboard.setProductActive(carriers[0] ?? "", false);
    assert.match((await entitlementsRejection(remove(env.createContext()))).message, /prod_\w+ "Legacy"/);
    assert.equal(isActive(env, id), true);
  });

  it("archives the feature after it was detached or its product was deleted", async () => {
    await using env = await setup();
    const { id, carriers, remove } = await attachedTo(env, ["Team", "Enterprise"]);
    env.dashboard.detach(carriers[0] ?? "", id);
    env.dashboard.deleteProduct(carriers[1] ?? "");
    await remove(env.createContext());
    assert.equal(isActive(env, id), false);
  });

  const overrides: Record<string, [Partial<FeatureInputs>, ContextOptions]> = {
    "on the resource": [{ archiveWhileAttached: true }, {}],
    "for the run": [{}, { local: { archiveWhileAttached: true } }],
  };

  for (const [where, [inputs, options]] of Object.entries(overrides)) {
    it(`archives the feature without a scan where archiveWhileAttached is set ${where}`, async () => {
      await using env = await setup();
      const { id, carriers, remove } = await attachedTo(env, ["Team"], inputs);
      await remove(env.createContext(options));
      assert.equal(isActive(env, id), false);
      assert.equal(env.dashboard.productFeatures(carriers[0] ?? "").length, 1);
      assert.deepEqual(env.requests, [retrieve, archive]);
    });
  }

  it("accepts archiveWhileAttached from an earlier update, which sends no request", async () => {
    await using env = await setup();
    const { id, outs } = await declareFeature(env.context, sso);
    env.dashboard.attach(env.dashboard.createProduct({ name: "Team" }).id, id);
    const context = env.createContext();
    const state = await feature.update(context, id, outs, { ...sso, archiveWhileAttached: true });
    assert.equal(env.emulator.requests.count({ method: "POST", route: "/v1/entitlements/features/:id" }), 0);
    await feature.delete(env.createContext(), id, state);
    assert.equal(isActive(env, id), false);
  });
});
