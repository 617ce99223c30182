import assert from "node:assert/strict";
import { feature } from "../../../../provider/lifecycle/feature";
import { type AdoptionPolicy, adoptionPolicies } from "../../../../provider/lifecycle/ownership/policy";
import { productFeature } from "../../../../provider/lifecycle/product-feature";
import { declareFeature, declarePair } from "../../../support/declare";
import { entitlementsRejection } from "../../../support/rejection";
import { setup, type TestContext, type TestEnvironment } from "../../../support/test-environment";

const owner = "shop/production/sso";
const sso = { lookupKey: "sso", name: "Single sign-on", metadata: { team: "identity" }, owner };

const markers = {
  "its own marker": owner,
  "the marker of a resource that is gone": "shop/production/other",
  "another stack's marker": "shop/staging/sso",
  "no marker": undefined,
} as const;
type Marker = keyof typeof markers;

const textOf: Readonly<Record<Marker, string>> = {
  "its own marker": "that this resource created",
  "the marker of a resource that is gone": "with the marker of shop/production/other",
  "another stack's marker": "with the marker of shop/staging/sso",
  "no marker": "without a marker",
};

const allowed: Record<"feature" | "attachment", Record<AdoptionPolicy, readonly Marker[]>> = {
  feature: {
    owned: ["its own marker", "the marker of a resource that is gone"],
    unowned: ["its own marker", "the marker of a resource that is gone", "no marker"],
    any: Object.keys(markers) as Marker[],
    never: [],
  },
  attachment: {
    owned: ["its own marker", "the marker of a resource that is gone"],
    unowned: ["its own marker", "the marker of a resource that is gone", "no marker"],
    any: Object.keys(markers) as Marker[],
    never: [],
  },
};

/** The changes of the adoption of the existing feature. */
const changes = 'changes the name, changes metadata team, removes metadata note "by hand"';

const marked = (marker: Marker) => (markers[marker] === undefined ? {} : { pulumi_owner: markers[marker] });

/** Where a policy is set: on the resource, over the policy of the stack, or for the stack. */
const places = {
  resource: (env: TestEnvironment, adopt: AdoptionPolicy) =>
    [env.createContext({ local: { adopt: adopt === "any" ? "never" : "any" } }), { adopt }] as const,
  stack: (env: TestEnvironment, adopt: AdoptionPolicy) => [env.createContext({ local: { adopt } }), {}] as const,
};

for (const [place, declareWith] of Object.entries(places)) {
  describe(`The adoption policy of a ${place}`, () => {
    for (const policy of adoptionPolicies) {
      for (const marker of Object.keys(markers) as Marker[]) {
        const isAdopted = allowed.feature[policy].includes(marker);
        it(`"${policy}" ${isAdopted ? "adopts" : "rejects"} a feature with ${marker}`, async () => {
          await using env = await setup();
          const metadata = { team: "other", note: "by hand", ...marked(marker) };
          const existing = env.dashboard.createFeature({ lookupKey: "sso", name: "As it was", metadata });
          const [context, own] = declareWith(env, policy);
          const declared = declareFeature(context, { ...sso, ...own });
          if (!isAdopted) return await assertRejected(env, existing, context, declared, markers[marker]);
          const { id, outs } = await declared;
          assert.equal(id, existing.id);
          const now = env.dashboard.features();
          assert.deepEqual(now, [
            { ...existing, name: "Single sign-on", metadata: { team: "identity", pulumi_owner: owner } },
          ]);
          assert.deepEqual([outs.name, outs.owner], ["Single sign-on", owner]);
          assert.equal(context.logged.length, 1);
          const line = `Feature "sso" (lookup key "sso"): adopted ${existing.id}, an active feature with this lookup key ${textOf[marker]}: ${changes}.`;
          assert.equal(context.logged[0], line);
        });

        const isPairAdopted = allowed.attachment[policy].includes(marker);
        const verb = isPairAdopted ? "adopts" : "rejects";
        it(`"${policy}" ${verb} the attachment of a feature with ${marker}`, async () => {
          await using env = await setup();
          const product = env.dashboard.createProduct({ name: "Team" }).id;
          const { id: entitlementFeature } = env.dashboard.createFeature({
            lookupKey: "sso",
            name: "SSO",
            metadata: marked(marker),
          });
          const existing = env.dashboard.attach(product, entitlementFeature);
          const before = env.dashboard.features();
          const [context, own] = declareWith(env, policy);
          const declared = declarePair(context, { product, entitlementFeature, owner, ...own });
          if (isPairAdopted) {
            assert.equal((await declared).id, existing.id);
            assert.deepEqual(context.logged, [
              `ProductFeature "sso" (${entitlementFeature} on ${product}): adopted ${existing.id}, which already attaches the feature "sso".`,
            ]);
          } else {
            const error = await entitlementsRejection(declared);
            assert.match(error.message, new RegExp(`is already attached to the product, as ${existing.id}$`));
            assert.match(error.message, new RegExp(markers[marker] ?? "which has no marker"));
            assert.equal(error.kind, "alreadyExists");
            assert.match(error.hint ?? "", /adopt: "(?:unowned|any)"/);
            assert.deepEqual(context.logged, []);
          }
          assert.deepEqual(env.dashboard.productFeatures(product), [existing]);
          assert.deepEqual(env.dashboard.features(), before);
        });
      }
    }
  });
}

async function assertRejected(
  env: TestEnvironment,
  existing: { readonly id: string },
  context: TestContext,
  declared: Promise<unknown>,
  marker: string | undefined,
) {
  const error = await entitlementsRejection(declared);
  const what = `Feature "sso" (lookup key "sso"): an active feature already has this lookup key: ${existing.id}, `;
  assert.ok(error.message.startsWith(what), error.message);
  const origin = marker === owner ? "that this resource created" : (marker ?? "without a marker");
  assert.ok(error.message.includes(origin), error.message);
  assert.ok(error.message.endsWith(`. To adopt it would change it: ${changes}`), error.message);
  assert.equal(error.kind, "alreadyExists");
  assert.match(error.hint ?? "", /choose another lookupKey\.$/);
  assert.deepEqual(env.dashboard.features(), [existing]);
  assert.deepEqual(context.logged, []);
}

describe("The hint of a rejected adoption", () => {
  async function assertHint(adopt: AdoptionPolicy, marker: string | undefined, hint: RegExp) {
    await using env = await setup();
    const metadata = marker === undefined ? {} : { pulumi_owner: marker };
    env.dashboard.createFeature({ lookupKey: "sso", name: "Single sign-on", metadata });
    const { metadata: _, ...plain } = sso;
    const error = await entitlementsRejection(declareFeature(env.context, { ...plain, adopt }));
    assert.match(error.hint ?? "", hint);
    assert.ok(!error.message.includes("would change"), "the message names a difference between equal features");
  }

  it("offers aliases with the whole name of another resource of this stack to adopt: never", async () => {
    const aliases =
      /"plans\/sso" is another resource of this stack\. .*an alias with the name "plans\/sso" .*adopt: "any"/;
    await assertHint("never", "shop/production/plans/sso", aliases);
  });

  it("offers to read or to adopt a feature of another stack", async () => {
    await assertHint("owned", "shop/staging/sso", /read it with `get`.*adopt: "any"/);
    await assertHint("unowned", "shop/staging/sso", /adopt: "any"/);
  });

  it("offers to adopt or to import a feature without a marker", async () => {
    await assertHint("owned", undefined, /adopt: "unowned" on this resource, or import it/);
  });

  it("offers to remove adopt: never for a feature of the resource itself", async () => {
    await assertHint("never", owner, /adopt: "never" forbids to adopt it\. Remove that/);
  });
});

describe("A run after an interrupted one", () => {
  it("adopts what the interrupted run created, with one line per object", async () => {
    await using env = await setup();
    const product = env.dashboard.createProduct({ name: "Team" }).id;
    const first = await declareFeature(env.context, sso);
    const pair = { product, entitlementFeature: first.id, owner: "shop/production/team-sso" };
    const attached = await declarePair(env.context, pair);
    const before = [env.dashboard.features(), env.dashboard.productFeatures(product)];
    env.emulator.requests.clear();

    const context = env.createContext();
    assert.deepEqual(await declareFeature(context, sso), first);
    assert.deepEqual(await declarePair(context, pair), attached);
    assert.deepEqual([env.dashboard.features(), env.dashboard.productFeatures(product)], before);
    assert.deepEqual(
      context.logged.map((line) => line.split(",")[0]),
      [
        `Feature "sso" (lookup key "sso"): adopted ${first.id}`,
        `ProductFeature "team-sso" (${first.id} on ${product}): adopted ${attached.id}`,
      ],
    );
    assert.deepEqual(env.requests, [
      "POST /v1/entitlements/features",
      "GET /v1/entitlements/features",
      "POST /v1/products/:product/features",
      "GET /v1/products/:product/features",
    ]);
  });

  it("adopts what a resource created that the program does not declare any more", async () => {
    await using env = await setup();
    const { id } = await declareFeature(env.context, { ...sso, owner: "shop/production/other" });
    assert.equal((await declareFeature(env.createContext(), sso)).id, id);
    assert.equal(env.dashboard.feature(id)?.metadata["pulumi_owner"], owner);
  });
});

describe("A forced replacement", () => {
  for (const adopt of adoptionPolicies) {
    it(`adopts the feature and the attachment that it replaces, with adopt: "${adopt}"`, async () => {
      await using env = await setup();
      const product = env.dashboard.createProduct({ name: "Team" }).id;
      const { id } = env.dashboard.createFeature({ lookupKey: "sso", name: "Imported" });
      const attached = env.dashboard.attach(product, id);
      const news = { ...sso, adopt };
      const { owner: _, ...imported } = news;
      assert.equal((await declareFeature(env.context, news, imported)).id, id);
      const pair = { product, entitlementFeature: id, owner, adopt };
      assert.equal((await declarePair(env.context, pair, { ...pair })).id, attached.id);
    });
  }

  for (const adopt of ["owned", "never"] as const) {
    it(`rejects a feature made by hand after the archive of its own, with adopt: "${adopt}"`, async () => {
      await using env = await setup();
      const news = { ...sso, adopt };
      const { id } = await declareFeature(env.context, news);
      env.dashboard.archiveFeature(id);
      env.dashboard.createFeature({ lookupKey: "sso", name: "By hand", metadata: { team: "sales" } });
      const before = env.dashboard.features();
      const error = await entitlementsRejection(declareFeature(env.createContext(), news, news));
      assert.match(error.message, /without a marker/);
      assert.deepEqual(env.dashboard.features(), before);
    });
  }

  it("adopts the feature that it had under its previous name", async () => {
    await using env = await setup();
    const { id } = await declareFeature(env.context, sso);
    const renamed = { ...sso, owner: "shop/production/single-sign-on" };
    assert.equal((await declareFeature(env.createContext(), renamed, sso)).id, id);
  });

  it("rejects a feature of another stack with its lookup key", async () => {
    await using env = await setup();
    await declareFeature(env.context, { ...sso, owner: "shop/staging/sso" });
    const before = env.dashboard.features();
    const error = await entitlementsRejection(declareFeature(env.createContext(), sso, { ...sso }));
    assert.match(error.message, /with the marker of shop\/staging\/sso/);
    assert.deepEqual(env.dashboard.features(), before);
  });
});

describe("A change of values that only the state holds", () => {
  it("updates both resources without a request", async () => {
    await using env = await setup();
    const product = env.dashboard.createProduct({ name: "Team" }).id;
    const { id, outs } = await declareFeature(env.context, sso);
    const pair = { product, entitlementFeature: id, owner };
    const attached = await declarePair(env.context, pair);
    env.emulator.requests.clear();
    const plannedFeature = feature.diff(env.context, id, outs, { ...sso, adopt: "never" });
    assert.deepEqual(plannedFeature, { changed: ["adopt"], replaces: [] });
    const news = { ...pair, owner: "shop/production/renamed", adopt: "any" } as const;
    const planned = productFeature.diff(env.context, attached.id, attached.outs, news);
    assert.deepEqual(planned, { changed: ["owner", "adopt"], replaces: [] });
    const state = await productFeature.update(env.context, attached.id, attached.outs, news);
    assert.deepEqual(state, { ...attached.outs, ...news });
    assert.equal(env.emulator.requests.count(), 0);
  });
});
