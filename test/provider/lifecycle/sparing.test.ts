import assert from "node:assert/strict";
import * as feature from "../../../provider/lifecycle/feature/index";
import * as productFeature from "../../../provider/lifecycle/product-feature/index";
import { declareFeature, declarePair } from "../../support/declare";
import { entitlementsRejection } from "../../support/rejection";
import { setup, type TestContext, type TestEnvironment } from "../../support/test-environment";

const owner = "shop/production/sso";
const renamed = "shop/production/single-sign-on";
const sso = { lookupKey: "sso", name: "Single sign-on", owner };

/** A feature on a product, as an earlier run made them. */
async function made(set: TestEnvironment) {
  const product = set.dashboard.createProduct({ name: "Team" }).id;
  const first = await declareFeature(set.context, sso);
  const pair = { product, entitlementFeature: first.id, owner: "shop/production/team-sso" };
  const attached = await declarePair(set.context, pair);
  set.emulator.requests.clear();
  return { product, feature: first, pair, attached };
}

type Made = Awaited<ReturnType<typeof made>>;

/** What the engine does at the end of a run with resources that are not declared any more: dependents first. */
async function deleteOld(connection: TestContext, { feature: old, attached }: Made) {
  await productFeature.delete(connection, attached.id, attached.outs);
  await feature.delete(connection, old.id, old.outs);
}

const isIntact = (set: TestEnvironment, { product, feature: { id }, attached }: Made) => {
  assert.equal(set.dashboard.feature(id)?.active, true);
  assert.deepEqual(
    set.dashboard.productFeatures(product).map((one) => one.id),
    [attached.id],
  );
};

const isGone = (set: TestEnvironment, { product, feature: { id } }: Made) => {
  assert.equal(set.dashboard.feature(id)?.active, false);
  assert.deepEqual(set.dashboard.productFeatures(product), []);
};

describe("What stays declared", () => {
  it("under another name is taken over and left as it is, with one line each", async () => {
    await using set = await setup();
    const old = await made(set);
    const connection = set.createContext();
    await declareFeature(connection, { ...sso, owner: renamed, adopt: "any" });
    await declarePair(connection, { ...old.pair, owner: "shop/production/team-renamed" });
    await deleteOld(connection, old);
    isIntact(set, old);
    assert.equal(set.dashboard.feature(old.feature.id)?.metadata["pulumi_owner"], renamed);
    assert.deepEqual(connection.logged.slice(2), [
      `ProductFeature ${old.attached.id} of feature "sso" on ${old.product} is shop/production/team-renamed now: it is left as it is.`,
      `Feature "sso" (${old.feature.id}) is ${renamed} now: it is left as it is.`,
    ]);
  });

  it("under another name is left as it is also by the run after the one that took it over", async () => {
    await using set = await setup();
    const old = await made(set);
    await declareFeature(set.createContext(), { ...sso, owner: renamed, adopt: "any" });
    await declarePair(set.createContext(), { ...old.pair, owner: "shop/production/team-renamed" });
    const connection = set.createContext();
    const declared = { ...sso, owner: renamed };
    feature.check(connection, declared, declared);
    const pair = { ...old.pair, owner: "shop/production/team-renamed" };
    productFeature.check(connection, pair, pair);
    await deleteOld(connection, old);
    isIntact(set, old);
  });

  it("with the same name in a component is taken over by its marker, and left as it is", async () => {
    await using set = await setup();
    const old = await made(set);
    const connection = set.createContext();
    assert.equal((await declareFeature(connection, sso)).id, old.feature.id);
    assert.equal((await declarePair(connection, old.pair)).id, old.attached.id);
    await deleteOld(connection, old);
    isIntact(set, old);
    assert.ok(connection.logged.slice(2).every((line) => line.endsWith(" is still declared: it is left as it is.")));
  });

  it("and is replaced by force is left as it is, be it deleted before or after", async () => {
    for (const isDeletedFirst of [true, false]) {
      await using set = await setup();
      const old = await made(set);
      const connection = set.createContext();
      feature.check(connection, sso, sso);
      productFeature.check(connection, old.pair, { ...old.pair });
      if (isDeletedFirst) await deleteOld(connection, old);
      assert.equal((await declareFeature(connection, sso)).id, old.feature.id);
      assert.equal((await declarePair(connection, old.pair)).id, old.attached.id);
      if (!isDeletedFirst) await deleteOld(connection, old);
      isIntact(set, old);
    }
  });

  it("costs no request to spare", async () => {
    await using set = await setup();
    const old = await made(set);
    const connection = set.createContext();
    feature.check(connection, sso, sso);
    productFeature.check(connection, old.pair, { ...old.pair });
    await deleteOld(connection, old);
    assert.deepEqual(set.requests, []);
  });

  it("keeps its attachments where the run goes on although its new name could not take it over", async () => {
    await using set = await setup();
    const old = await made(set);
    const connection = set.createContext();
    await entitlementsRejection(declareFeature(connection, { ...sso, owner: renamed }));
    const { id, outs } = old.attached;
    const error = await entitlementsRejection(productFeature.delete(connection, id, outs));
    assert.match(error.message, /: not deleted, because Feature "sso" failed in this run$/);
    await entitlementsRejection(feature.delete(connection, old.feature.id, old.feature.outs));
    isIntact(set, old);
  });

  it("under another name that could not take it over is refused to go, and nothing is changed", async () => {
    await using set = await setup();
    const old = await made(set);
    const connection = set.createContext();
    await entitlementsRejection(declareFeature(connection, { ...sso, owner: renamed }));
    const pair = { ...old.pair, owner: renamed, adopt: "never" } as const;
    await entitlementsRejection(declarePair(connection, pair));
    const requests = set.requests.length;
    const errors = [
      await entitlementsRejection(productFeature.delete(connection, old.attached.id, old.attached.outs)),
      await entitlementsRejection(feature.delete(connection, old.feature.id, old.feature.outs)),
    ];
    for (const error of errors) {
      assert.match(error.message, /: shop\/production\/single-sign-on declares it too, and could not take it over$/);
      assert.match(error.hint ?? "", /^Nothing was changed\. .*`aliases`/);
    }
    assert.equal(set.requests.length, requests);
    isIntact(set, old);
  });
});

describe("What was gone by hand already", () => {
  for (const [what, newOwner] of [
    ["is made anew under another name", renamed],
    ["is made anew by a forced replacement", owner],
  ] as const) {
    it(`and ${what} does not stand in the way of the old resource's end`, async () => {
      await using set = await setup();
      const old = await made(set);
      set.dashboard.detach(old.product, old.attached.id);
      set.dashboard.archiveFeature(old.feature.id);
      const connection = set.createContext();
      const anew = await declareFeature(connection, { ...sso, owner: newOwner }, newOwner === owner ? sso : {});
      const pair = { ...old.pair, entitlementFeature: anew.id, owner: newOwner };
      await declarePair(connection, pair);
      await deleteOld(connection, old);
      assert.equal(set.dashboard.feature(anew.id)?.active, true);
      assert.equal(set.dashboard.productFeatures(old.product).length, 1);
      assert.ok(!connection.logged.some((line) => line.includes("left as it is")));
    });
  }

  it("goes also where only the attachment was detached and attached anew under another name", async () => {
    await using set = await setup();
    const old = await made(set);
    set.dashboard.detach(old.product, old.attached.id);
    const connection = set.createContext();
    const { id } = await declarePair(connection, { ...old.pair, owner: renamed });
    await productFeature.delete(connection, old.attached.id, old.attached.outs);
    assert.deepEqual(
      set.dashboard.productFeatures(old.product).map((one) => one.id),
      [id],
    );
  });
});

describe("What is not declared any more", () => {
  it("is detached and archived, also when everything else is declared", async () => {
    await using set = await setup();
    const old = await made(set);
    const connection = set.createContext();
    const other = await declareFeature(connection, { lookupKey: "other", name: "Other", owner });
    await declarePair(connection, { product: old.product, entitlementFeature: other.id });
    await deleteOld(connection, old);
    assert.equal(set.dashboard.feature(old.feature.id)?.active, false);
    assert.deepEqual(
      set.dashboard.productFeatures(old.product).map(({ entitlement_feature }) => entitlement_feature.id),
      [other.id],
    );
  });

  it("is archived although its marker was taken off by hand", async () => {
    await using set = await setup();
    const old = await made(set);
    set.dashboard.setMetadata(old.feature.id, {});
    await deleteOld(set.createContext(), old);
    isGone(set, old);
  });

  for (const marker of ["shop/staging/sso", renamed]) {
    it(`is left active where its marker names ${marker}, in one line`, async () => {
      await using set = await setup();
      const old = await made(set);
      set.dashboard.setMetadata(old.feature.id, { pulumi_owner: marker });
      const connection = set.createContext();
      await feature.delete(connection, old.feature.id, old.feature.outs);
      assert.equal(set.dashboard.feature(old.feature.id)?.active, true);
      assert.deepEqual(connection.logged, [
        `Feature "sso" (${old.feature.id}) belongs to ${marker} now, as its metadata says: it is left as it is.`,
      ]);
      assert.deepEqual(set.requests, ["GET /v1/entitlements/features/:id"]);
    });
  }
});

describe("Two resources whose objects change places", () => {
  const pairsOf = async (set: TestEnvironment) => {
    const { id: entitlementFeature } = await declareFeature(set.context, sso);
    const products = ["Team", "Enterprise"].map((name) => set.dashboard.createProduct({ name }).id);
    const pairs = products.map((product, n) => ({ product, entitlementFeature, owner: `shop/production/pair-${n}` }));
    return { pairs, states: await Promise.all(pairs.map((pair) => declarePair(set.context, pair))) };
  };

  it("lose no attachment: each takes over the other's", async () => {
    await using set = await setup();
    const { pairs, states } = await pairsOf(set);
    const before = pairs.map(({ product }) => set.dashboard.productFeatures(product));
    const connection = set.createContext();
    const swapped = pairs.map((pair, n) => ({ ...pair, product: pairs[1 - n]?.product ?? "" }));
    await Promise.all(swapped.map((pair, n) => declarePair(connection, pair, { ...pairs[n] })));
    for (const { id, outs } of states) await productFeature.delete(connection, id, outs);
    assert.deepEqual(
      pairs.map(({ product }) => set.dashboard.productFeatures(product)),
      before,
    );
  });

  it("lose no feature: each is refused the other's key, with the hint at aliases", async () => {
    await using set = await setup();
    const others = ["sso", "audit"].map((lookupKey) => ({
      lookupKey,
      name: "F",
      owner: `shop/production/${lookupKey}`,
    }));
    for (const one of others) await declareFeature(set.context, one);
    const before = set.dashboard.features();
    const connection = set.createContext();
    for (const [n, one] of others.entries()) {
      const news = { ...one, lookupKey: others[1 - n]?.lookupKey ?? "" };
      const error = await entitlementsRejection(declareFeature(connection, news, { ...one }));
      assert.match(error.hint ?? "", /aliases/);
    }
    assert.deepEqual(set.dashboard.features(), before);
  });

  it("lose no feature where they may take over anything: each ends with the other's, under its own marker", async () => {
    await using set = await setup();
    const [one, other] = ["sso", "audit"].map((lookupKey) => ({
      lookupKey,
      name: "F",
      owner: `shop/production/${lookupKey}`,
      adopt: "any" as const,
    }));
    assert.ok(one !== undefined && other !== undefined);
    const states = [await declareFeature(set.context, one), await declareFeature(set.context, other)];
    const connection = set.createContext();
    await declareFeature(connection, { ...one, lookupKey: "audit" }, { ...one });
    await declareFeature(connection, { ...other, lookupKey: "sso" }, { ...other });
    for (const { id, outs } of states) await feature.delete(connection, id, outs);
    const now = set.dashboard.features({ archived: false });
    assert.deepEqual(
      Object.fromEntries(now.map(({ lookup_key, metadata }) => [lookup_key, metadata["pulumi_owner"]])),
      { sso: other.owner, audit: one.owner },
    );
    assert.deepEqual(now.map(({ id }) => id).sort(), states.map(({ id }) => id).sort());
  });
});

describe("A lookup key that one resource gives up and another takes in the same run", () => {
  it("is refused, because the old feature goes last; with adopt any it goes over, and its attachment with it", async () => {
    await using set = await setup();
    const old = await made(set);
    const connection = set.createContext();
    const anew = await declareFeature(connection, { ...sso, lookupKey: "saml" }, { ...sso });
    const heir = { ...sso, owner: renamed };
    const error = await entitlementsRejection(declareFeature(connection, heir));
    assert.match(error.hint ?? "", /"sso" is another resource of this stack.*adopt: "any"/);

    const next = set.createContext();
    const kept = { ...sso, lookupKey: "saml" };
    feature.check(next, kept, kept);
    assert.equal((await declareFeature(next, { ...heir, adopt: "any" })).id, old.feature.id);
    await feature.delete(next, old.feature.id, old.feature.outs);
    isIntact(set, old);
    assert.equal(set.dashboard.feature(anew.id)?.metadata["pulumi_owner"], owner);
  });
});

describe("One object declared twice", () => {
  it("is refused at preview for a lookup key, naming the other resource", async () => {
    await using set = await setup();
    assert.deepEqual(feature.check(set.context, {}, sso).failures, []);
    const { failures } = feature.check(set.context, {}, { ...sso, owner: renamed });
    assert.deepEqual(failures, [
      { property: "lookupKey", reason: `"sso" is declared by ${owner} already, and can be once only` },
    ]);
  });

  it("is refused at preview for a pair, naming the other resource", async () => {
    await using set = await setup();
    const pair = { product: "prod_1", entitlementFeature: "feat_1", owner };
    assert.deepEqual(productFeature.check(set.context, {}, pair).failures, []);
    const { failures } = productFeature.check(set.context, {}, { ...pair, owner: renamed });
    const reason = `of feat_1 on prod_1 is declared by ${owner} already, and can be once only`;
    assert.deepEqual(failures, [{ property: "entitlementFeature", reason }]);
  });

  it("is no conflict for one feature on two products, nor for two features on one", async () => {
    await using set = await setup();
    for (const [product, entitlementFeature] of [
      ["prod_1", "feat_1"],
      ["prod_2", "feat_1"],
      ["prod_1", "feat_2"],
    ]) {
      const news = { product, entitlementFeature, owner: `shop/production/${product}-${entitlementFeature}` };
      assert.deepEqual(productFeature.check(set.context, {}, news).failures, []);
    }
  });
});
