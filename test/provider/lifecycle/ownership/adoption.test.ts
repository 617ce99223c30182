import assert from "node:assert/strict";
import { check, diff } from "../../../provider/lifecycle/feature/index";
import { type AdoptionPolicy, adoptionPolicies } from "../../../provider/lifecycle/ownership/policy";
import * as productFeature from "../../../provider/lifecycle/product-feature/index";
import { declareFeature, declarePair } from "../../support/declare";
import { entitlementsRejection } from "../../support/rejection";
import { setup, type TestContext, type TestEnvironment } from "../../support/test-environment";

const owner = "shop/production/sso";
const sso = { lookupKey: "sso", name: "Single sign-on", metadata: { team: "identity" }, owner };

const markers = {
  "its own marker": owner,
  "the marker of another resource of this stack": "shop/production/other",
  "the marker of another stack": "shop/staging/sso",
  "no marker": undefined,
} as const;
type Marker = keyof typeof markers;

const allowed: Record<"feature" | "attachment", Record<AdoptionPolicy, readonly Marker[]>> = {
  feature: {
    owned: ["its own marker"],
    unowned: ["its own marker", "no marker"],
    any: Object.keys(markers) as Marker[],
    never: [],
  },
  attachment: {
    owned: ["its own marker", "the marker of another resource of this stack"],
    unowned: ["its own marker", "the marker of another resource of this stack", "no marker"],
    any: Object.keys(markers) as Marker[],
    never: [],
  },
};

const marked = (marker: Marker) => (markers[marker] === undefined ? {} : { pulumi_owner: markers[marker] });

/** Ways to state a policy: on the resource, against the stack's; and for the stack. */
const ways = {
  resource: (set: TestEnvironment, adopt: AdoptionPolicy) =>
    [set.createContext({ local: { adopt: adopt === "any" ? "never" : "any" } }), { adopt }] as const,
  stack: (set: TestEnvironment, adopt: AdoptionPolicy) => [set.createContext({ local: { adopt } }), {}] as const,
};

describe("What exists already", () => {
  for (const [where, connectWith] of Object.entries(ways)) {
    for (const policy of adoptionPolicies) {
      for (const marker of Object.keys(markers) as Marker[]) {
        const takes = allowed.feature[policy].includes(marker) ? "takes over" : "refuses";
        it(`adopt: ${policy} of a ${where} ${takes} an active feature that carries ${marker}`, async () => {
          await using set = await setup();
          const metadata = { team: "other", note: "by hand", ...marked(marker) };
          const existing = set.dashboard.createFeature({ lookupKey: "sso", name: "As it was", metadata });
          const [connection, own] = connectWith(set, policy);
          const declared = declareFeature(connection, { ...sso, ...own });
          if (takes === "refuses") return await assertRefused(set, existing, connection, declared, markers[marker]);
          const { id, outs } = await declared;
          assert.equal(id, existing.id);
          const now = set.dashboard.features();
          assert.deepEqual(now, [
            { ...existing, name: "Single sign-on", metadata: { team: "identity", pulumi_owner: owner } },
          ]);
          assert.deepEqual([outs.name, outs.owner], ["Single sign-on", owner]);
          assert.equal(connection.logged.length, 1);
          assert.match(
            connection.logged[0] ?? "",
            new RegExp(`^Feature "sso": took over ${existing.id}, .*(?:marker|made)`),
          );
        });

        const attaches = allowed.attachment[policy].includes(marker) ? "takes over" : "refuses";
        it(`adopt: ${policy} of a ${where} ${attaches} the attachment of a feature that carries ${marker}`, async () => {
          await using set = await setup();
          const product = set.dashboard.createProduct({ name: "Team" }).id;
          const { id: entitlementFeature } = set.dashboard.createFeature({
            lookupKey: "sso",
            name: "SSO",
            metadata: marked(marker),
          });
          const existing = set.dashboard.attach(product, entitlementFeature);
          const before = set.dashboard.features();
          const [connection, own] = connectWith(set, policy);
          const declared = declarePair(connection, { product, entitlementFeature, owner, ...own });
          if (attaches === "takes over") {
            assert.equal((await declared).id, existing.id);
            assert.deepEqual(connection.logged, [
              `ProductFeature of ${entitlementFeature} on ${product}: took over ${existing.id}, by which feature "sso" was attached already.`,
            ]);
          } else {
            const error = await entitlementsRejection(declared);
            assert.match(error.message, new RegExp(`is attached to the product already, as ${existing.id}$`));
            assert.match(error.message, new RegExp(markers[marker] ?? "which carries no marker"));
            assert.match(error.hint ?? "", /adopt: "(?:unowned|any)"/);
            assert.deepEqual(connection.logged, []);
          }
          assert.deepEqual(set.dashboard.productFeatures(product), [existing]);
          assert.deepEqual(set.dashboard.features(), before);
        });
      }
    }
  }
});

async function assertRefused(
  set: TestEnvironment,
  existing: { readonly id: string },
  connection: TestContext,
  declared: Promise<unknown>,
  marker: string | undefined,
) {
  const error = await entitlementsRejection(declared);
  const what = `Feature "sso": an active feature has this lookup key already: ${existing.id}, `;
  assert.ok(error.message.startsWith(what), error.message);
  const whose = marker === owner ? "which this resource made" : (marker ?? "which carries no marker");
  assert.ok(error.message.includes(whose), error.message);
  assert.ok(error.message.endsWith('It has the name "As it was" instead of "Single sign-on" and other metadata'));
  assert.match(error.hint ?? "", /choose another lookupKey\.$/);
  assert.deepEqual(set.dashboard.features(), [existing]);
  assert.deepEqual(connection.logged, []);
}

describe("The way forward after a refusal", () => {
  const refusedWith = async (adopt: AdoptionPolicy, marker: string | undefined) => {
    await using set = await setup();
    const metadata = marker === undefined ? {} : { pulumi_owner: marker };
    set.dashboard.createFeature({ lookupKey: "sso", name: "Single sign-on", metadata });
    const { metadata: _, ...plain } = sso;
    const error = await entitlementsRejection(declareFeature(set.context, { ...plain, adopt }));
    assert.ok(!error.message.includes("It has"), "there is no difference to tell");
    return error.hint ?? "";
  };

  it("is aliases where another resource of this stack made it: by its whole name", async () => {
    const hint = await refusedWith("owned", "shop/production/plans/sso");
    assert.match(
      hint,
      /"plans\/sso" is another resource of this stack\. .*aliases: \[\{ name: "plans\/sso" \}\].*adopt: "any"/,
    );
  });

  it("is to leave it, to read it, or to take it where another stack made it", async () => {
    assert.match(await refusedWith("owned", "shop/staging/sso"), /Feature\.get.*adopt: "any"/);
    assert.match(await refusedWith("unowned", "shop/staging/sso"), /adopt: "any"/);
  });

  it("is adoption or import where nobody marked it", async () => {
    assert.match(await refusedWith("owned", undefined), /adopt: "unowned" on this resource, or import it/);
  });

  it("is to leave out never where the resource made it itself", async () => {
    assert.match(await refusedWith("never", owner), /adopt: "never" forbids to take it over: leave that out/);
  });
});

describe("An interrupted run", () => {
  it("is resumed by its own marker: one line for each object, and nothing exists twice", async () => {
    await using set = await setup();
    const product = set.dashboard.createProduct({ name: "Team" }).id;
    const first = await declareFeature(set.context, sso);
    const pair = { product, entitlementFeature: first.id, owner: "shop/production/team-sso" };
    const attached = await declarePair(set.context, pair);
    const before = [set.dashboard.features(), set.dashboard.productFeatures(product)];
    set.emulator.requests.clear();

    const connection = set.createContext();
    assert.deepEqual(await declareFeature(connection, sso), first);
    assert.deepEqual(await declarePair(connection, pair), attached);
    assert.deepEqual([set.dashboard.features(), set.dashboard.productFeatures(product)], before);
    assert.deepEqual(
      connection.logged.map((line) => line.split(",")[0]),
      [`Feature "sso": took over ${first.id}`, `ProductFeature of ${first.id} on ${product}: took over ${attached.id}`],
    );
    assert.deepEqual(set.requests, [
      "POST /v1/entitlements/features",
      "GET /v1/entitlements/features",
      "POST /v1/products/:product/features",
      "GET /v1/products/:product/features",
    ]);
  });

  it("is not resumed by what another resource of the same stack made", async () => {
    await using set = await setup();
    await declareFeature(set.context, { ...sso, owner: "shop/production/other" });
    await entitlementsRejection(declareFeature(set.createContext(), sso));
  });
});

describe("A forced replacement", () => {
  for (const adopt of adoptionPolicies) {
    it(`finds the feature and the attachment that it had, whatever adopt: ${adopt} says`, async () => {
      await using set = await setup();
      const product = set.dashboard.createProduct({ name: "Team" }).id;
      const { id } = set.dashboard.createFeature({ lookupKey: "sso", name: "Imported" });
      const attached = set.dashboard.attach(product, id);
      const news = { ...sso, adopt };
      const { owner: _, ...imported } = news;
      assert.equal((await declareFeature(set.context, news, imported)).id, id);
      const pair = { product, entitlementFeature: id, owner, adopt };
      assert.equal((await declarePair(set.context, pair, { ...pair })).id, attached.id);
    });
  }

  for (const adopt of ["owned", "never"] as const) {
    it(`does not take for its own what somebody made by hand after it was archived, with adopt: ${adopt}`, async () => {
      await using set = await setup();
      const news = { ...sso, adopt };
      const { id } = await declareFeature(set.context, news);
      set.dashboard.archiveFeature(id);
      set.dashboard.createFeature({ lookupKey: "sso", name: "By hand", metadata: { team: "sales" } });
      const before = set.dashboard.features();
      const error = await entitlementsRejection(declareFeature(set.createContext(), news, news));
      assert.match(error.message, /which carries no marker/);
      assert.deepEqual(set.dashboard.features(), before);
    });
  }

  it("finds what it had under the name from which it was renamed", async () => {
    await using set = await setup();
    const { id } = await declareFeature(set.context, sso);
    const renamed = { ...sso, owner: "shop/production/single-sign-on" };
    assert.equal((await declareFeature(set.createContext(), renamed, sso)).id, id);
  });

  it("does not take a new feature of another stack for the one it had", async () => {
    await using set = await setup();
    await declareFeature(set.context, { ...sso, owner: "shop/staging/sso" });
    const before = set.dashboard.features();
    const error = await entitlementsRejection(declareFeature(set.createContext(), sso, { ...sso }));
    assert.match(error.message, /carries the marker of shop\/staging\/sso/);
    assert.deepEqual(set.dashboard.features(), before);
  });
});

describe("A change of what only the state keeps", () => {
  it("is an update of either resource that sends nothing", async () => {
    await using set = await setup();
    const product = set.dashboard.createProduct({ name: "Team" }).id;
    const { id, outs } = await declareFeature(set.context, sso);
    const pair = { product, entitlementFeature: id, owner };
    const attached = await declarePair(set.context, pair);
    set.emulator.requests.clear();
    assert.deepEqual(diff(set.context, id, outs, { ...sso, adopt: "never" }), { changes: true, replaces: [] });
    const news = { ...pair, owner: "shop/production/renamed", adopt: "any" } as const;
    const planned = productFeature.diff(set.context, attached.id, attached.outs, news);
    assert.deepEqual(planned, { changes: true, replaces: [] });
    const state = await productFeature.update(set.context, attached.id, attached.outs, news);
    assert.deepEqual(state, { ...attached.outs, ...news });
    assert.equal(set.emulator.requests.count(), 0);
  });

  it("refuses a policy that there is not, at preview", async () => {
    await using set = await setup();
    const { failures } = check(set.context, {}, { ...sso, adopt: "all", archiveWhileAttached: "yes" });
    assert.deepEqual(failures, [
      { property: "adopt", reason: "must be one of owned, unowned, any, never" },
      { property: "archiveWhileAttached", reason: "must be true or false" },
    ]);
  });
});
