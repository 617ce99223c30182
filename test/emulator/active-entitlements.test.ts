import assert from "node:assert/strict";
import type { Dashboard } from "../../emulator";
import { itKeepsRule, withEmulator } from "./support";

const entitlementsPath = "/v1/entitlements/active_entitlements";

/** Returns products: Team has `audit` and `sso`, Enterprise has `sso` and `scim`. */
function plans(dashboard: Dashboard) {
  const [audit, sso, scim] = ["audit", "sso", "scim"].map(
    (key) => dashboard.createFeature({ lookupKey: key, name: key.toUpperCase() }).id,
  ) as [string, string, string];
  const team = dashboard.createProduct({ name: "Team" }).id;
  const enterprise = dashboard.createProduct({ name: "Enterprise" }).id;
  for (const feature of [audit, sso]) dashboard.attach(team, feature);
  for (const feature of [sso, scim]) dashboard.attach(enterprise, feature);
  const keys = (customer: string) => dashboard.activeEntitlements(customer).map((each) => each.lookup_key);
  return { audit, sso, scim, team, enterprise, keys };
}

describe("emulator /v1/entitlements/active_entitlements", () => {
  itKeepsRule("entitlementShape", async ({ emulator, stripe }) => {
    const { dashboard } = emulator.sandbox;
    const { audit, team } = plans(dashboard);
    const { id: customer } = dashboard.createCustomer({ name: "Acme", products: [team] });
    const listed = (await stripe.get(entitlementsPath, { customer })).body;
    assert.equal(listed["object"], "list");
    assert.equal(listed["url"], entitlementsPath);
    const entitlement = listed.data.find((each) => each["lookup_key"] === "audit");
    assert.match(entitlement?.id ?? "", /^ent_\w{24}$/);
    assert.deepEqual(entitlement, {
      id: entitlement?.id,
      object: "entitlements.active_entitlement",
      feature: audit,
      livemode: false,
      lookup_key: "audit",
    });
    assert.deepEqual((await stripe.get(`${entitlementsPath}/${entitlement?.id}`)).body, entitlement);
  });

  itKeepsRule("entitlementsOfCustomer", async ({ emulator, stripe }) => {
    const { dashboard } = emulator.sandbox;
    const { team, enterprise } = plans(dashboard);
    const acme = dashboard.createCustomer({ id: "cus_acme", products: [team] });
    dashboard.createCustomer({ id: "cus_other" });
    const keys = async (customer: string) =>
      (await stripe.get(entitlementsPath, { customer })).body.data.map((each) => each["lookup_key"]);
    assert.deepEqual(await keys(acme.id), ["sso", "audit"]);
    const [sso] = dashboard.activeEntitlements(acme.id);
    dashboard.subscribe(acme.id, enterprise);
    assert.deepEqual(await keys(acme.id), ["scim", "sso", "audit"]);
    dashboard.cancelSubscription(acme.id, team);
    assert.deepEqual(await keys(acme.id), ["scim", "sso"]);
    assert.equal(dashboard.activeEntitlements(acme.id)[1]?.id, sso?.id, "an entitlement that continues keeps its id");
    assert.deepEqual(await keys("cus_other"), []);
    const page = await stripe.get(entitlementsPath, { customer: acme.id, limit: 1 });
    assert.equal(page.body.has_more, true);
    const rest = await stripe.get(entitlementsPath, { customer: acme.id, starting_after: page.body.data[0]?.id });
    assert.deepEqual([rest.body.data.map(({ id }) => id), rest.body.has_more], [[sso?.id], false]);
    for (const cursor of ["starting_after", "ending_before"]) {
      const foreign = await stripe.get(entitlementsPath, { customer: "cus_other", [cursor]: sso?.id });
      assert.equal(foreign.status, 400, "a cursor of another customer");
      assert.partialDeepStrictEqual(foreign.body.error, { code: "resource_missing", param: cursor });
    }
  });

  itKeepsRule("entitlementsFollow", async ({ emulator: { sandbox } }) => {
    const { dashboard } = sandbox;
    const { audit, scim, team, keys } = plans(dashboard);
    const { id } = dashboard.createCustomer({ products: [team] });
    dashboard.detach(team, audit);
    dashboard.attach(team, scim);
    assert.deepEqual(keys(id), ["sso", "audit"]);
    assert.deepEqual(keys(dashboard.createCustomer({ products: [team] }).id), ["scim", "sso"]);
    dashboard.startBillingPeriod(id);
    assert.deepEqual(keys(id), ["scim", "sso"]);
  });

  it('updates subscribers immediately with the choice `subscribersFollow: "atOnce"`', () =>
    withEmulator(
      async ({ emulator: { sandbox } }) => {
        const { dashboard } = sandbox;
        const { audit, scim, team, keys } = plans(dashboard);
        const { id } = dashboard.createCustomer({ products: [team] });
        dashboard.detach(team, audit);
        dashboard.attach(team, scim);
        assert.deepEqual(keys(id), ["scim", "sso"]);
      },
      { choices: { subscribersFollow: "atOnce" } },
    ));

  itKeepsRule("entitlementsOfArchived", async ({ emulator: { sandbox } }) => {
    const { dashboard } = sandbox;
    const { sso, team, keys } = plans(dashboard);
    const { id } = dashboard.createCustomer({ products: [team] });
    dashboard.archiveFeature(sso);
    dashboard.startBillingPeriod(id);
    assert.deepEqual(keys(id), ["sso", "audit"]);
    assert.deepEqual(keys(dashboard.createCustomer({ products: [team] }).id), ["sso", "audit"]);
    dashboard.detach(team, sso);
    dashboard.startBillingPeriod(id);
    assert.deepEqual(keys(id), ["audit"]);
  });

  itKeepsRule("entitlementExpand", async ({ emulator, stripe }) => {
    const { dashboard } = emulator.sandbox;
    const { team, sso } = plans(dashboard);
    const { id: customer } = dashboard.createCustomer({ products: [team] });
    const listed = await stripe.get(entitlementsPath, { customer, expand: ["data.feature"] });
    const [first] = listed.body.data;
    assert.deepEqual(first?.["feature"], dashboard.feature(sso));
    const one = await stripe.get(`${entitlementsPath}/${first?.id}`, { expand: ["feature"] });
    assert.deepEqual(one.body, first);
    const wrong = await stripe.get(entitlementsPath, { customer, expand: ["data.customer"] });
    assert.equal(wrong.status, 400);
    assert.equal(wrong.body.error.message, "This property cannot be expanded (data.customer).");
  });

  itKeepsRule("entitlementEnded", async ({ emulator, stripe }) => {
    const { dashboard } = emulator.sandbox;
    const { team } = plans(dashboard);
    const { id } = dashboard.createCustomer({ products: [team] });
    const [entitlement] = dashboard.activeEntitlements(id);
    dashboard.cancelSubscription(id, team);
    const answer = await stripe.get(`${entitlementsPath}/${entitlement?.id}`);
    assert.equal(answer.status, 404);
    assert.equal(answer.body.error.code, "resource_missing");
    dashboard.subscribe(id, team);
    assert.notEqual(dashboard.activeEntitlements(id)[0]?.id, entitlement?.id);
    dashboard.deleteCustomer(id);
    assert.deepEqual(dashboard.customers(), []);
    assert.equal((await stripe.get(entitlementsPath, { customer: id })).status, 400);
  });

  itKeepsRule("entitlementCustomer", async ({ emulator, stripe }) => {
    const without = await stripe.get(entitlementsPath);
    assert.equal(without.status, 400);
    assert.partialDeepStrictEqual(without.body.error, { code: "parameter_missing", param: "customer" });
    const missing = await stripe.get(entitlementsPath, { customer: "cus_missing" });
    assert.equal(missing.status, 400);
    assert.equal(missing.body.error.message, "No such customer: 'cus_missing'");
    emulator.live.dashboard.createCustomer({ id: "cus_live" });
    const live = await stripe.get(entitlementsPath, { customer: "cus_live" });
    assert.match(live.body.error.message, /a similar object exists in live mode/);
  });

  it("refuses an existing customer id and a subscription to a missing product", () =>
    withEmulator(async ({ emulator: { sandbox } }) => {
      const { dashboard } = sandbox;
      dashboard.createCustomer({ id: "cus_acme" });
      assert.throws(() => dashboard.createCustomer({ id: "cus_acme" }), { code: "resource_already_exists" });
      assert.throws(() => dashboard.createCustomer({ products: ["prod_missing"] }), { code: "resource_missing" });
      assert.equal(dashboard.customers().length, 1);
    }));

  itKeepsRule("productInUse", async ({ emulator, stripe }) => {
    const { dashboard } = emulator.sandbox;
    const { team, sso } = plans(dashboard);
    const { id } = dashboard.createCustomer({ products: [team] });
    const refused = await stripe.delete(`/v1/products/${team}`);
    assert.equal(refused.status, 400);
    assert.match(refused.body.error.message, /cannot be deleted/);
    assert.equal(dashboard.productFeatures(team).find((each) => each.entitlement_feature.id === sso)?.livemode, false);
    dashboard.cancelSubscription(id, team);
    assert.equal((await stripe.delete(`/v1/products/${team}`)).status, 200);
  });
});
