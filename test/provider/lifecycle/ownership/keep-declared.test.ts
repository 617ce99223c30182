import assert from "node:assert/strict";
import type { ProviderContext } from "../../../../provider/lifecycle/context";
import { feature } from "../../../../provider/lifecycle/feature";
import type { FeatureInputs } from "../../../../provider/lifecycle/feature/properties";
import type { AdoptionPolicy } from "../../../../provider/lifecycle/ownership/policy";
import { productFeature } from "../../../../provider/lifecycle/product-feature";
import type { ProductFeatureInputs } from "../../../../provider/lifecycle/product-feature/properties";
import type { ResourceRules } from "../../../../provider/lifecycle/resource-rules";
import { declareFeature, declarePair } from "../../../support/declare";
import { entitlementsRejection } from "../../../support/rejection";
import { setup, type TestContext, type TestEnvironment } from "../../../support/test-environment";

const owner = "shop/production/sso";
const renamed = "shop/production/single-sign-on";
const renamedPair = "shop/production/team-renamed";
const sso = { lookupKey: "sso", name: "Single sign-on", owner };

/** Declares a feature on a product, as an earlier run did. */
async function declareOld(env: TestEnvironment) {
  const product = env.dashboard.createProduct({ name: "Team" }).id;
  const created = await declareFeature(env.context, sso);
  const pair = { product, entitlementFeature: created.id, owner: "shop/production/team-sso" };
  const attached = await declarePair(env.context, pair);
  env.emulator.requests.clear();
  return { product, feature: created, pair, attached };
}

type Old = Awaited<ReturnType<typeof declareOld>>;

/** Checks a feature that is declared as in the last run. */
function checkFeature(context: ProviderContext, { owner, ...declared }: FeatureInputs): void {
  assert.deepEqual(feature.check(context, { owner, olds: { owner, ...declared }, news: declared }).failures, []);
}

/** Checks an attachment that is declared as in the last run. */
function checkPair(context: ProviderContext, { owner, ...declared }: ProductFeatureInputs): void {
  assert.deepEqual(productFeature.check(context, { owner, olds: { owner, ...declared }, news: declared }).failures, []);
}

/** Runs an `up` of a resource that was imported without a refresh. */
async function importAs<Inputs extends { owner?: string }, State extends Inputs>(
  context: ProviderContext,
  rules: ResourceRules<Inputs, State>,
  id: string,
  declared: Inputs,
): Promise<void> {
  const { owner, ...news } = declared;
  assert.deepEqual(rules.check(context, { owner, olds: {}, news }).failures, []);
  await rules.update(context, id, {} as State, declared);
}

/** Deletes as the engine does at the end of a run: dependents first. */
async function deleteOld(context: TestContext, { feature: created, attached }: Old): Promise<void> {
  await productFeature.delete(context, attached.id, attached.outs);
  await feature.delete(context, created.id, created.outs);
}

function assertKept({ dashboard }: TestEnvironment, { product, feature: { id }, attached }: Old): void {
  assert.equal(dashboard.feature(id)?.active, true);
  assert.deepEqual(
    dashboard.productFeatures(product).map((each) => each.id),
    [attached.id],
  );
}

function assertDeleted({ dashboard }: TestEnvironment, { product, feature: { id } }: Old): void {
  assert.equal(dashboard.feature(id)?.active, false);
  assert.deepEqual(dashboard.productFeatures(product), []);
}

describe("Deleting a resource whose object is still declared", () => {
  it("keeps the objects that renamed resources adopted, with one line each", async () => {
    await using env = await setup();
    const old = await declareOld(env);
    const context = env.createContext();
    await declareFeature(context, { ...sso, owner: renamed });
    await declarePair(context, { ...old.pair, owner: renamedPair });
    await deleteOld(context, old);
    assertKept(env, old);
    assert.equal(env.dashboard.feature(old.feature.id)?.metadata["pulumi_owner"], renamed);
    assert.deepEqual(context.logged.slice(2), [
      `ProductFeature "team-sso" (${old.attached.id} on ${old.product}) is managed by ${renamedPair} now. It is kept.`,
      `Feature "sso" (${old.feature.id}, lookup key "sso") is managed by ${renamed} now. It is kept.`,
    ]);
  });

  it("keeps them also in the run after the one that adopted them", async () => {
    await using env = await setup();
    const old = await declareOld(env);
    await declareFeature(env.createContext(), { ...sso, owner: renamed });
    await declarePair(env.createContext(), { ...old.pair, owner: renamedPair });
    const context = env.createContext();
    checkFeature(context, { ...sso, owner: renamed });
    checkPair(context, { ...old.pair, owner: renamedPair });
    await deleteOld(context, old);
    assertKept(env, old);
  });

  /** Renames the resource of the feature. With the marker of another one, as after a revert. */
  const renamedBefore = async (env: TestEnvironment, marker: string | undefined) => {
    const old = await declareOld(env);
    const metadata = { team: "identity", ...(marker !== undefined && { pulumi_owner: marker }) };
    env.dashboard.setMetadata(old.feature.id, metadata);
    const context = env.createContext();
    checkFeature(context, { ...sso, owner: renamed });
    env.emulator.requests.clear();
    await feature.delete(context, old.feature.id, old.feature.outs);
    return { metadata, now: env.dashboard.feature(old.feature.id) };
  };
  const retrieve = "GET /v1/entitlements/features/:id";

  it("writes the marker of the resource that keeps the feature over that of the other one", async () => {
    await using env = await setup();
    const { metadata, now } = await renamedBefore(env, owner);
    assert.deepEqual(now?.metadata, { ...metadata, pulumi_owner: renamed });
    assert.equal(now?.active, true);
    assert.deepEqual(env.requests, [retrieve, "POST /v1/entitlements/features/:id"]);
  });

  for (const marker of [renamed, "shop/staging/sso", undefined]) {
    it(`changes nothing where the marker is ${marker}`, async () => {
      await using env = await setup();
      const { metadata, now } = await renamedBefore(env, marker);
      assert.deepEqual(now?.metadata, metadata);
      assert.deepEqual(env.requests, [retrieve]);
    });
  }

  it("archives the feature later, after a rename that was killed and reverted", async () => {
    await using env = await setup();
    const old = await declareOld(env);
    // The process was killed after this, and the state holds both resources.
    const adopted = await declareFeature(env.createContext(), { ...sso, owner: renamed });
    const reverted = env.createContext();
    checkFeature(reverted, sso);
    await feature.delete(reverted, adopted.id, adopted.outs);
    assert.equal(env.dashboard.feature(old.feature.id)?.metadata["pulumi_owner"], owner);
    await deleteOld(env.createContext(), old);
    assertDeleted(env, old);
  });

  it("keeps the objects of resources with the same name in a component", async () => {
    await using env = await setup();
    const old = await declareOld(env);
    const context = env.createContext();
    assert.equal((await declareFeature(context, sso)).id, old.feature.id);
    assert.equal((await declarePair(context, old.pair)).id, old.attached.id);
    await deleteOld(context, old);
    assertKept(env, old);
    assert.ok(context.logged.slice(2).every((line) => line.endsWith(" is still declared. It is kept.")));
  });

  for (const when of ["before", "after"] as const) {
    it(`keeps the objects of a forced replacement that deletes ${when} it creates`, async () => {
      await using env = await setup();
      const old = await declareOld(env);
      const context = env.createContext();
      checkFeature(context, sso);
      checkPair(context, old.pair);
      if (when === "before") await deleteOld(context, old);
      assert.equal((await declareFeature(context, sso)).id, old.feature.id);
      assert.equal((await declarePair(context, old.pair)).id, old.attached.id);
      if (when === "after") await deleteOld(context, old);
      assertKept(env, old);
    });
  }

  it("keeps the objects that were imported under another name", async () => {
    await using env = await setup();
    const old = await declareOld(env);
    const context = env.createContext();
    await importAs(context, feature, old.feature.id, { ...sso, owner: renamed });
    await importAs(context, productFeature, old.attached.id, { ...old.pair, owner: renamedPair });
    await deleteOld(context, old);
    assertKept(env, old);
    assert.equal(env.dashboard.feature(old.feature.id)?.metadata["pulumi_owner"], renamed);
  });

  it("sends nothing", async () => {
    await using env = await setup();
    const old = await declareOld(env);
    const context = env.createContext();
    checkFeature(context, sso);
    checkPair(context, old.pair);
    await deleteOld(context, old);
    assert.deepEqual(env.requests, []);
  });

  it("keeps everything in a run that continues after the renamed feature could not adopt", async () => {
    await using env = await setup();
    const old = await declareOld(env);
    const context = env.createContext();
    await entitlementsRejection(declareFeature(context, { ...sso, owner: renamed, adopt: "never" }));
    const { id, outs } = old.attached;
    const error = await entitlementsRejection(productFeature.delete(context, id, outs));
    assert.match(
      error.message,
      /: not deleted, because Feature "single-sign-on" \(lookup key "sso"\) failed in this run$/,
    );
    assert.equal(error.kind, "notDeleted");
    await entitlementsRejection(feature.delete(context, old.feature.id, old.feature.outs));
    assertKept(env, old);
  });

  it("rejects when a renamed resource could not adopt the object, and sends nothing", async () => {
    await using env = await setup();
    const old = await declareOld(env);
    const context = env.createContext();
    await entitlementsRejection(declareFeature(context, { ...sso, owner: renamed, adopt: "never" }));
    await entitlementsRejection(declarePair(context, { ...old.pair, owner: renamed, adopt: "never" }));
    const requests = env.requests.length;
    const errors = [
      await entitlementsRejection(productFeature.delete(context, old.attached.id, old.attached.outs)),
      await entitlementsRejection(feature.delete(context, old.feature.id, old.feature.outs)),
    ];
    for (const error of errors) {
      assert.match(
        error.message,
        /: not deleted, because shop\/production\/single-sign-on declares it too and did not adopt it$/,
      );
      assert.match(error.hint ?? "", /^Nothing was changed\. .*`aliases`/);
      assert.equal(error.kind, "notDeleted");
    }
    assert.equal(env.requests.length, requests);
    assertKept(env, old);
  });
});

describe("Deleting a resource whose object was already gone", () => {
  for (const [how, newOwner] of [
    ["under another name", renamed],
    ["by a forced replacement", owner],
  ] as const) {
    it(`succeeds when new objects were created ${how}, and keeps the new ones`, async () => {
      await using env = await setup();
      const old = await declareOld(env);
      env.dashboard.detach(old.product, old.attached.id);
      env.dashboard.archiveFeature(old.feature.id);
      const context = env.createContext();
      const created = await declareFeature(context, { ...sso, owner: newOwner }, newOwner === owner ? sso : {});
      await declarePair(context, { ...old.pair, entitlementFeature: created.id, owner: newOwner });
      await deleteOld(context, old);
      assert.equal(env.dashboard.feature(created.id)?.active, true);
      assert.equal(env.dashboard.productFeatures(old.product).length, 1);
      assert.ok(!context.logged.some((line) => line.includes("It is kept")));
    });
  }

  it("succeeds when only the attachment was gone, and keeps the new one", async () => {
    await using env = await setup();
    const old = await declareOld(env);
    env.dashboard.detach(old.product, old.attached.id);
    const context = env.createContext();
    const { id } = await declarePair(context, { ...old.pair, owner: renamed });
    await productFeature.delete(context, old.attached.id, old.attached.outs);
    assert.deepEqual(
      env.dashboard.productFeatures(old.product).map((each) => each.id),
      [id],
    );
  });
});

describe("Deleting a resource whose object is no longer declared", () => {
  it("detaches and archives while other objects stay declared", async () => {
    await using env = await setup();
    const old = await declareOld(env);
    const context = env.createContext();
    const other = await declareFeature(context, { lookupKey: "other", name: "Other", owner });
    await declarePair(context, { product: old.product, entitlementFeature: other.id });
    await deleteOld(context, old);
    assert.equal(env.dashboard.feature(old.feature.id)?.active, false);
    assert.deepEqual(
      env.dashboard.productFeatures(old.product).map(({ entitlement_feature }) => entitlement_feature.id),
      [other.id],
    );
  });

  it("archives a feature whose marker was removed by hand", async () => {
    await using env = await setup();
    const old = await declareOld(env);
    env.dashboard.setMetadata(old.feature.id, {});
    await deleteOld(env.createContext(), old);
    assertDeleted(env, old);
  });

  for (const marker of ["shop/staging/sso", renamed]) {
    it(`keeps a feature with the marker of ${marker}, with one line`, async () => {
      await using env = await setup();
      const old = await declareOld(env);
      env.dashboard.setMetadata(old.feature.id, { pulumi_owner: marker });
      const context = env.createContext();
      await feature.delete(context, old.feature.id, old.feature.outs);
      assert.equal(env.dashboard.feature(old.feature.id)?.active, true);
      assert.deepEqual(context.logged, [
        `Feature "sso" (${old.feature.id}, lookup key "sso") belongs to ${marker} now, as its metadata says. It is kept.`,
      ]);
      assert.deepEqual(env.requests, ["GET /v1/entitlements/features/:id"]);
    });
  }
});

describe("Two resources that swap their objects", () => {
  it("keep their attachments, because each adopts the other's", async () => {
    await using env = await setup();
    const { id: entitlementFeature } = await declareFeature(env.context, sso);
    const products = ["Team", "Enterprise"].map((name) => env.dashboard.createProduct({ name }).id);
    const pairs = products.map((product, n) => ({ product, entitlementFeature, owner: `shop/production/pair-${n}` }));
    const states = await Promise.all(pairs.map((pair) => declarePair(env.context, pair)));
    const attachments = () => products.map((product) => env.dashboard.productFeatures(product));
    const before = attachments();
    const context = env.createContext();
    const swapped = pairs.map((pair, n) => ({ ...pair, product: pairs[1 - n]?.product ?? "" }));
    await Promise.all(swapped.map((pair, n) => declarePair(context, pair, { ...pairs[n] })));
    for (const { id, outs } of states) await productFeature.delete(context, id, outs);
    assert.deepEqual(attachments(), before);
  });

  /** Declares two features, and then each with the lookup key of the other. */
  const swapTwo = async (env: TestEnvironment, adopt: AdoptionPolicy) => {
    const inputsOf = (resource: string, lookupKey: string) => {
      return { lookupKey, name: "F", owner: `shop/production/${resource}`, adopt };
    };
    const [one, other] = [inputsOf("sso", "sso"), inputsOf("audit", "audit")];
    const states = [await declareFeature(env.context, one), await declareFeature(env.context, other)] as const;
    const context = env.createContext();
    const swapped = [inputsOf("sso", "audit"), inputsOf("audit", "sso")];
    for (const [n, { id, outs }] of states.entries()) feature.diff(context, id, outs, swapped[n] ?? one);
    const declared = [one, other].map((olds, n) => declareFeature(context, swapped[n] ?? one, olds));
    return { states, context, outcomes: await Promise.allSettled(declared) };
  };
  const markersOf = ({ dashboard }: TestEnvironment) =>
    Object.fromEntries(dashboard.features().map(({ id, metadata }) => [id, metadata["pulumi_owner"]]));

  for (const adopt of ["owned", "unowned", "any"] as const) {
    it(`swap their features with adopt: "${adopt}", and write their own markers`, async () => {
      await using env = await setup();
      const { states, context } = await swapTwo(env, adopt);
      for (const { id, outs } of states) await feature.delete(context, id, outs);
      const [one, other] = states;
      assert.deepEqual(markersOf(env), { [one.id]: "shop/production/audit", [other.id]: "shop/production/sso" });
      assert.equal(env.dashboard.features({ archived: false }).length, 2);
    });
  }

  it('keep their features with adopt: "never", because each is rejected', async () => {
    await using env = await setup();
    const { states, outcomes } = await swapTwo(env, "never");
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      ["rejected", "rejected"],
    );
    const [one, other] = states;
    assert.deepEqual(markersOf(env), { [one.id]: "shop/production/sso", [other.id]: "shop/production/audit" });
  });
});

describe("A lookup key that moves from one resource to another in one run", () => {
  it("takes the feature along, and its attachment if that is declared again", async () => {
    await using env = await setup();
    const old = await declareOld(env);
    const context = env.createContext();
    const saml = { ...sso, lookupKey: "saml" };
    feature.diff(context, old.feature.id, old.feature.outs, saml);
    const created = await declareFeature(context, saml, sso);
    const adopted = await declareFeature(context, { ...sso, owner: renamed });
    await declarePair(context, { ...old.pair, owner: renamedPair });
    await deleteOld(context, old);
    assert.equal(adopted.id, old.feature.id);
    assertKept(env, old);
    assert.equal(env.dashboard.feature(old.feature.id)?.metadata["pulumi_owner"], renamed);
    assert.equal(env.dashboard.feature(created.id)?.metadata["pulumi_owner"], owner);
  });
});

describe("Feature.check", () => {
  it("rejects a lookup key that another resource declares, and names that resource", async () => {
    await using env = await setup();
    const { owner: _, ...news } = sso;
    assert.deepEqual(feature.check(env.context, { owner, olds: {}, news }).failures, []);
    const { failures } = feature.check(env.context, { owner: renamed, olds: {}, news });
    assert.deepEqual(failures, [
      {
        property: "lookupKey",
        reason: `${owner} already declares "sso", and a lookup key names one active feature`,
      },
    ]);
  });
});
