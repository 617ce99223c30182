import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { ProviderContext } from "../../../../provider/lifecycle/context";
import { feature } from "../../../../provider/lifecycle/feature";
import type { FeatureInputs } from "../../../../provider/lifecycle/feature/properties";
import type { FeatureState } from "../../../../provider/lifecycle/feature/state";
import { unknownValue } from "../../../../provider/lifecycle/inputs";
import { adoptionPolicies } from "../../../../provider/lifecycle/ownership/policy";
import { productFeature } from "../../../../provider/lifecycle/product-feature";
import { ProgramActivity } from "../../../../provider/lifecycle/run/program-activity";
import { declareFeature, declarePair } from "../../../support/declare";
import { entitlementsRejection } from "../../../support/rejection";
import { setup, type TestContext, type TestEnvironment } from "../../../support/test-environment";

const sso = { lookupKey: "sso", name: "Single sign-on", owner: "shop/production/sso" };
const saml = { ...sso, lookupKey: "saml" };
const other = { lookupKey: "sso", name: "Other", owner: "shop/production/other" };
const list = "GET /v1/entitlements/features";
const create = "POST /v1/entitlements/features";
const archive = "POST /v1/entitlements/features/:id";

/** A feature in the state of the stack. */
interface Managed {
  readonly id: string;
  readonly outs: FeatureState;
  readonly inputs: FeatureInputs;
}

/** Creates a feature in an earlier run. */
async function declareOld(env: TestEnvironment, inputs: FeatureInputs): Promise<Managed> {
  const { id, outs } = await declareFeature(env.context, inputs);
  env.emulator.requests.clear();
  return { id, outs, inputs };
}

/** Checks the new inputs of a feature as the engine does before it replaces the feature. */
function redeclare(context: ProviderContext, { id, outs, inputs }: Managed, changed: FeatureInputs): void {
  const { owner, ...news } = changed;
  for (const olds of [{ ...inputs }, {}]) {
    assert.deepEqual(feature.check(context, { owner, olds, news }).failures, []);
    feature.diff(context, id, outs, changed);
  }
}

const remove = (context: ProviderContext, { id, outs }: Managed) => feature.delete(context, id, outs);

/** Deletes the feature, and then creates its replacement. */
async function replaceFirst(context: ProviderContext, old: Managed, changed: FeatureInputs) {
  redeclare(context, old, changed);
  await remove(context, old);
  return feature.create(context, changed);
}

const writesOf = (env: TestEnvironment) => env.requests.filter((request) => !request.startsWith("GET "));
const activeFeatures = ({ dashboard }: TestEnvironment) =>
  Object.fromEntries(dashboard.features({ archived: false }).map((each) => [each.lookup_key, each]));

/** Attaches the feature to `count` new products, and returns what deletes the attachments. */
async function attachOld(env: TestEnvironment, { id }: Managed, count: number) {
  const products = Array.from({ length: count }, (_, n) => env.dashboard.createProduct({ name: `Product ${n}` }).id);
  const attached = await Promise.all(
    products.map((product) =>
      declarePair(env.context, { product, entitlementFeature: id, owner: "shop/production/pair" }),
    ),
  );
  env.emulator.requests.clear();
  const deletes = (context: TestContext) => attached.map((each) => productFeature.delete(context, each.id, each.outs));
  return { products, deletes };
}

describe("Replacing a feature whose new lookup key is free", () => {
  it("archives the old feature and creates the new one, after one list", async () => {
    await using env = await setup();
    const old = await declareOld(env, sso);
    const created = await replaceFirst(env.createContext(), old, saml);
    assert.equal(env.dashboard.feature(old.id)?.active, false);
    assert.equal(env.dashboard.feature(created.id)?.active, true);
    assert.deepEqual(env.requests, [list, "GET /v1/entitlements/features/:id", "GET /v1/products", archive, create]);
  });

  it("sends no additional request where the engine creates first", async () => {
    await using env = await setup();
    const old = await declareOld(env, sso);
    const { deletes } = await attachOld(env, old, 1);
    const context = env.createContext();
    redeclare(context, old, saml);
    await feature.create(context, saml);
    await Promise.all(deletes(context));
    await remove(context, old);
    assert.deepEqual(env.requests, [
      create,
      "GET /v1/products/:product/features/:id",
      "DELETE /v1/products/:product/features/:id",
      list,
      "GET /v1/products",
      "GET /v1/products/:product/features",
      archive,
    ]);
  });

  it("compares nothing in a destroy with a refresh, which declares nothing", async () => {
    await using env = await setup();
    const old = await declareOld(env, sso);
    env.dashboard.createFeature({ lookupKey: "saml", name: "SAML" });
    const context = env.createContext();
    feature.diff(context, old.id, old.outs, saml);
    await remove(context, old);
    assert.equal(env.dashboard.feature(old.id)?.active, false);
  });

  it("takes a refresh of an import, whose inputs have no lookup key, for no replacement", async () => {
    await using env = await setup();
    const { id } = env.dashboard.createFeature({ lookupKey: "sso", name: "Single sign-on" });
    const context = env.createContext();
    const read = await feature.read(context, id, {});
    assert.ok(read !== undefined);
    feature.diff(context, id, read.props, {} as FeatureInputs);
    await feature.delete(context, id, read.props);
    assert.equal(env.dashboard.feature(id)?.active, false);
  });
});

describe("Replacing a feature whose new lookup key is taken", () => {
  const markers: Readonly<Record<string, string | undefined>> = {
    "no marker": undefined,
    "its own marker": sso.owner,
    "the marker of a resource that is gone": "shop/production/saml",
    "the marker of another stack": "shop/staging/sso",
  };
  const adopted = {
    owned: ["its own marker", "the marker of a resource that is gone"],
    unowned: ["no marker", "its own marker", "the marker of a resource that is gone"],
    any: Object.keys(markers),
    never: [],
  };

  for (const adopt of adoptionPolicies) {
    for (const [which, marker] of Object.entries(markers)) {
      const isAdopted = (adopted[adopt] as readonly string[]).includes(which);
      it(`${isAdopted ? "adopts" : "rejects"} one with ${which}, with adopt: "${adopt}"`, async () => {
        await using env = await setup();
        const old = await declareOld(env, { ...sso, adopt });
        const metadata = marker === undefined ? {} : { pulumi_owner: marker };
        const existing = env.dashboard.createFeature({ lookupKey: "saml", name: "SAML", metadata });
        const before = env.dashboard.features();
        const replaced = replaceFirst(env.createContext(), old, { ...saml, adopt });
        if (isAdopted) {
          assert.equal((await replaced).id, existing.id);
          assert.deepEqual(Object.keys(activeFeatures(env)), ["saml"]);
        } else {
          const error = await entitlementsRejection(replaced);
          const why = `not archived, because the feature with the new lookup key "saml" could not be created: an active`;
          assert.ok(
            error.message.startsWith(`Feature "sso" (${old.id}, lookup key "sso"): ${why} feature`),
            error.message,
          );
          assert.ok(error.message.includes(`: ${existing.id}, `), error.message);
          assert.equal(error.kind, "notDeleted");
          assert.match(error.hint ?? "", /^Nothing was changed\. .*adopt.* choose another lookupKey\.$/);
          assert.deepEqual(env.dashboard.features(), before);
        }
      });
    }
  }

  it("detaches nothing, and looks the key up once for all attachments", async () => {
    await using env = await setup();
    const old = await declareOld(env, sso);
    const { deletes } = await attachOld(env, old, 5);
    const taken = env.dashboard.createFeature({ lookupKey: "saml", name: "SAML" });
    const context = env.createContext();
    redeclare(context, old, saml);
    const errors = await Promise.all(deletes(context).map(entitlementsRejection));
    for (const { message, hint } of errors) {
      assert.match(
        message,
        /^ProductFeature "pair" .*: not detached, because the feature with the new lookup key "saml"/,
      );
      assert.ok(message.endsWith(`${taken.id}, without a marker`), message);
      assert.match(hint ?? "", /^Nothing was changed\. .*adopt: "unowned"/);
    }
    assert.deepEqual(writesOf(env), []);
    assert.equal(env.requests.filter((request) => request === list).length, 1);
  });

  it("detaches nothing if another resource has the feature, too", async () => {
    await using env = await setup();
    const old = await declareOld(env, sso);
    const { deletes, products } = await attachOld(env, old, 1);
    env.dashboard.createFeature({ lookupKey: "saml", name: "SAML" });
    const context = env.createContext();
    redeclare(context, old, saml);
    // An earlier run has adopted it, and could not create the replacement.
    const { owner, ...news } = other;
    feature.check(context, { owner, olds: other, news });
    feature.diff(context, old.id, { ...old.outs, ...other }, other);
    for (const each of deletes(context)) await entitlementsRejection(each);
    assert.equal(env.dashboard.productFeatures(products[0] ?? "").length, 1);
  });

  it("names the products that are without the feature if the key is taken after the detaches", async () => {
    await using env = await setup();
    const old = await declareOld(env, sso);
    const { deletes, products } = await attachOld(env, old, 1);
    const context = env.createContext();
    redeclare(context, old, saml);
    await Promise.all(deletes(context));
    env.dashboard.createFeature({ lookupKey: "saml", name: "SAML" });
    const { hint } = await entitlementsRejection(remove(context, old));
    assert.ok(
      hint?.startsWith(`This run has detached the feature from ${products[0]}: they are without it until`),
      hint,
    );
    assert.equal(env.dashboard.feature(old.id)?.active, true);
  });

  it("says that products are without the feature if the key is taken after the archive", async () => {
    await using env = await setup();
    const old = await declareOld(env, sso);
    const context = env.createContext();
    redeclare(context, old, saml);
    await remove(context, old);
    env.dashboard.createFeature({ lookupKey: "saml", name: "SAML" });
    const error = await entitlementsRejection(feature.create(context, saml));
    assert.equal(error.kind, "alreadyExists");
    assert.match(error.hint ?? "", /lookupKey\. The old feature was deleted first, so .* until the next `pulumi up`/);
  });

  it("counts as a failure of the run, so that nothing else is deleted", async () => {
    await using env = await setup();
    const old = await declareOld(env, sso);
    const removed = await declareOld(env, { ...other, lookupKey: "other" });
    env.dashboard.createFeature({ lookupKey: "saml", name: "SAML" });
    const context = env.createContext();
    await entitlementsRejection(replaceFirst(context, old, saml));
    const { message } = await entitlementsRejection(remove(context, removed));
    assert.match(message, /^Feature "other" .*: not deleted, because Feature "sso" .* failed in this run$/);
    assert.deepEqual(writesOf(env), []);
  });

  it("changes nothing with a key that cannot read its account", async () => {
    await using env = await setup();
    const old = await declareOld(env, sso);
    env.dashboard.createFeature({ lookupKey: "saml", name: "SAML" });
    const apiKey = env.sandbox.restrictedKey({ entitlements: "write", products: "write" });
    await entitlementsRejection(replaceFirst(env.createContext({ apiKey }), old, saml));
    assert.deepEqual(writesOf(env), []);
  });

  it("changes nothing in a stack without markers", async () => {
    await using env = await setup();
    const { owner: _, ...unmarked } = sso;
    const old = await declareOld(env, unmarked);
    env.dashboard.createFeature({ lookupKey: "saml", name: "SAML" });
    await entitlementsRejection(replaceFirst(env.createContext(), old, { ...unmarked, lookupKey: "saml" }));
    assert.deepEqual(writesOf(env), []);
  });

  it("changes nothing where the replacement is forced, so that the engine compares nothing", async () => {
    await using env = await setup();
    const old = await declareOld(env, sso);
    const { deletes } = await attachOld(env, old, 1);
    env.dashboard.createFeature({ lookupKey: "saml", name: "SAML" });
    const context = env.createContext();
    const { owner, ...news } = saml;
    assert.deepEqual(feature.check(context, { owner, olds: {}, news }).failures, []);
    await entitlementsRejection(deletes(context)[0] ?? Promise.resolve());
    await entitlementsRejection(remove(context, old));
    assert.deepEqual(writesOf(env), []);
  });

  it("changes nothing while the new lookup key depends on a resource that is replaced", async () => {
    await using env = await setup();
    const old = await declareOld(env, sso);
    const context = env.createContext();
    feature.diff(context, old.id, old.outs, { ...sso, lookupKey: unknownValue });
    const error = await entitlementsRejection(remove(context, old));
    assert.match(
      error.message,
      /not archived, because the new lookup key is not known before another resource is replaced$/,
    );
    assert.match(error.hint ?? "", /deleteBeforeReplace.*pulumi:autonaming/);
    assert.deepEqual(writesOf(env), []);
  });
});

describe("Replacing a feature by force where the engine deletes first", () => {
  for (const adopt of ["owned", "never"] as const) {
    const isKept = adopt === "never";
    const effect = isKept ? "is rejected" : "finds the feature again";
    it(`${effect} without markers, with adopt: "${adopt}"`, async () => {
      await using env = await setup();
      const { owner: _, ...unowned } = { ...sso, adopt };
      const old = await declareOld(env, unowned);
      const before = env.dashboard.features();
      const context = env.createContext({ local: { ownership: "none" } });
      // The engine compares nothing, and checks without the old inputs.
      assert.deepEqual(feature.check(context, { owner: sso.owner, olds: {}, news: unowned }).failures, []);
      if (isKept) {
        const { message } = await entitlementsRejection(remove(context, old));
        assert.match(message, /not replaced, because adopt: "never" forbids/);
      } else {
        await remove(context, old);
        assert.equal((await feature.create(context, unowned)).id, old.id);
      }
      assert.deepEqual(env.dashboard.features(), before);
    });
  }

  it("is rejected where another stack has taken the feature over since the last refresh", async () => {
    await using env = await setup();
    const old = await declareOld(env, sso);
    env.dashboard.setMetadata(old.id, { pulumi_owner: "shop/staging/sso" });
    const context = env.createContext();
    const { owner, ...news } = sso;
    feature.check(context, { owner, olds: {}, news });
    assert.match((await entitlementsRejection(remove(context, old))).message, /not replaced, because .* shop\/staging/);
  });

  for (const when of ["before", "after"] as const) {
    it(`is rejected ${when} a refresh of an imported feature with another stack's marker`, async () => {
      await using env = await setup();
      const { id } = await declareFeature(env.context, { ...sso, owner: "shop/staging/sso" });
      const imported = { lookupKey: "sso" } as FeatureState;
      const outs = when === "after" ? (await feature.read(env.createContext(), id, imported))?.props : imported;
      assert.ok(outs !== undefined);
      const context = env.createContext();
      const { owner, ...news } = sso;
      feature.check(context, { owner, olds: {}, news });
      const error = await entitlementsRejection(feature.delete(context, id, outs));
      assert.match(
        error.message,
        /not replaced, because its feature carries the marker of another stack, shop\/staging/,
      );
      assert.match(error.hint ?? "", /adopt: "any"/);
    });
  }
});

describe("Replacing a feature whose old lookup key another resource declares", () => {
  /** Returns a run in which the program is quiet after 100 ms. */
  const createRun = (env: TestEnvironment) =>
    env.createContext({ local: { programActivity: new ProgramActivity(100) } });
  /** Checks a new feature, as the engine does before it creates it. */
  const declareNew = (context: ProviderContext, { owner, ...news }: FeatureInputs) =>
    assert.deepEqual(feature.check(context, { owner, olds: {}, news }).failures, []);

  for (const adopt of ["owned", "unowned", "any"] as const) {
    it(`leaves it to a resource with adopt: "${adopt}" that is created at the same time`, async () => {
      await using env = await setup();
      const old = await declareOld(env, sso);
      const context = createRun(env);
      redeclare(context, old, saml);
      declareNew(context, { ...other, adopt });
      const [taken] = await Promise.all([feature.create(context, { ...other, adopt }), remove(context, old)]);
      await feature.create(context, saml);
      assert.equal(taken.id, old.id);
      const { sso: left, saml: replacement } = activeFeatures(env);
      assert.deepEqual([left?.id, left?.metadata["pulumi_owner"]], [old.id, other.owner]);
      assert.equal(replacement?.metadata["pulumi_owner"], sso.owner);
    });
  }

  it("leaves the feature to a resource that is declared while the program is not quiet", async () => {
    await using env = await setup();
    const old = await declareOld(env, sso);
    const context = createRun(env);
    redeclare(context, old, saml);
    const removed = remove(context, old);
    for (const lookupKey of ["a", "b", "c"]) {
      await sleep(50);
      declareNew(context, { ...other, lookupKey });
    }
    await sleep(50);
    declareNew(context, { ...other, owner: "shop/production/late" });
    await removed;
    assert.equal(env.dashboard.feature(old.id)?.active, true);
    assert.deepEqual(context.logged, [
      `Feature "sso" (${old.id}, lookup key "sso") is left to shop/production/late, which declares it now. It is kept.`,
    ]);
  });

  it("leaves the feature to the other resource where the replacement is forced", async () => {
    await using env = await setup();
    const old = await declareOld(env, sso);
    const context = env.createContext();
    declareNew(context, saml);
    declareNew(context, other);
    await remove(context, old);
    assert.equal((await feature.create(context, other)).id, old.id);
    assert.deepEqual(Object.keys(activeFeatures(env)), ["sso"]);
  });

  it("keeps the feature in the state if the other resource never adopts", async () => {
    await using env = await setup();
    const old = await declareOld(env, sso);
    const context = env.createContext();
    redeclare(context, old, saml);
    declareNew(context, { ...other, adopt: "never" });
    assert.match(
      (await entitlementsRejection(remove(context, old))).message,
      /other declares it too and did not adopt it$/,
    );
    await entitlementsRejection(feature.create(context, { ...other, adopt: "never" }));
    assert.deepEqual(writesOf(env), [create]);
  });

  it("keeps the feature in the state if the other resource has failed", async () => {
    await using env = await setup();
    const old = await declareOld(env, sso);
    const context = env.createContext();
    redeclare(context, old, saml);
    declareNew(context, other);
    env.emulator.faults.add({ kind: "status", status: 400, method: "POST", times: 1 });
    env.emulator.faults.add({
      kind: "status",
      status: 400,
      method: "GET",
      times: 2,
      route: "/v1/entitlements/features",
    });
    await entitlementsRejection(feature.create(context, other));
    assert.match((await entitlementsRejection(remove(context, old))).message, /failed in this run$/);
    assert.equal(env.dashboard.feature(old.id)?.active, true);
  });

  it("does not adopt the feature if another stack has taken it over since", async () => {
    await using env = await setup();
    const old = await declareOld(env, sso);
    env.dashboard.setMetadata(old.id, { pulumi_owner: "shop/staging/sso" });
    const context = env.createContext();
    redeclare(context, old, saml);
    declareNew(context, other);
    assert.equal((await entitlementsRejection(feature.create(context, other))).kind, "alreadyExists");
    assert.equal(env.dashboard.feature(old.id)?.metadata["pulumi_owner"], "shop/staging/sso");
  });

  for (const ownership of ["metadata", "none"] as const) {
    const inputsOf = (lookupKey: string, name: string) =>
      ownership === "none" ? { lookupKey, name } : { lookupKey, name, owner: `shop/production/${name}` };
    for (const workers of ["one worker", "two workers"] as const) {
      it(`swaps two features with ${workers} and ownership: ${ownership}, and archives neither`, async () => {
        await using env = await setup();
        const one = await declareOld(env, inputsOf("sso", "one"));
        const two = await declareOld(env, inputsOf("audit", "two"));
        const context = createRun(env);
        redeclare(context, one, inputsOf("audit", "one"));
        redeclare(context, two, inputsOf("sso", "two"));
        const first = remove(context, one).then(() => feature.create(context, inputsOf("audit", "one")));
        if (workers === "one worker") await first;
        const second = remove(context, two).then(() => feature.create(context, inputsOf("sso", "two")));
        assert.deepEqual([(await first).id, (await second).id], [two.id, one.id]);
        const { sso: now, audit } = activeFeatures(env);
        assert.deepEqual([now?.id, now?.name, audit?.id, audit?.name], [one.id, "two", two.id, "one"]);
        assert.ok(!env.emulator.requests.filter({ method: "POST" }).some(({ params }) => params["active"] === "false"));
      });
    }
  }
});
