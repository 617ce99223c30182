import assert from "node:assert/strict";
import { feature } from "../../../../provider/lifecycle/feature";
import { entitlementsRejection } from "../../../support/rejection";
import { setup } from "../../../support/test-environment";

const owner = "shop/production/sso";
const sso = { lookupKey: "sso", name: "Single sign-on", metadata: { team: "identity" }, owner };
const post = "POST /v1/entitlements/features";
const list = "GET /v1/entitlements/features";

describe("Feature.create", () => {
  it("sends one request, and returns a state without the marker in the metadata", async () => {
    await using env = await setup();
    const { id, outs } = await feature.create(env.context, sso);
    const { account } = env.sandbox;
    assert.deepEqual(outs, { ...sso, active: true, livemode: false, account });
    assert.deepEqual(env.dashboard.features(), [
      {
        id,
        object: "entitlements.feature",
        active: true,
        livemode: false,
        lookup_key: "sso",
        name: "Single sign-on",
        metadata: { team: "identity", pulumi_owner: owner },
      },
    ]);
    assert.deepEqual(env.requests, [post]);
  });

  it("writes no marker for a resource without an owner", async () => {
    await using env = await setup();
    const { id, outs } = await feature.create(env.context, { lookupKey: "sso", name: "Single sign-on" });
    assert.deepEqual(env.dashboard.feature(id)?.metadata, {});
    assert.deepEqual(outs.metadata, {});
    assert.ok(!("owner" in outs));
  });

  it("creates neither of two features with one lookup key, also if one is checked later", async () => {
    await using env = await setup();
    const check = (inputs: typeof sso) => feature.check(env.context, { owner: inputs.owner, olds: {}, news: inputs });
    check(sso);
    const first = feature.create(env.context, sso);
    assert.equal(check({ ...sso, owner: "shop/production/single-sign-on" }).failures.length, 1);
    const error = await entitlementsRejection(first);
    assert.match(error.message, /"sso" .*: not created, because shop\/production\/single-sign-on declares it too/);
    assert.deepEqual(env.dashboard.features(), []);
  });

  it("requests the account once for many features", async () => {
    await using env = await setup();
    const keys = Array.from({ length: 20 }, (_, n) => `key-${n}`);
    await Promise.all(keys.map((lookupKey) => feature.create(env.context, { ...sso, lookupKey })));
    assert.equal(env.dashboard.features().length, 20);
    assert.equal(env.emulator.requests.count({ route: "/v1/account" }), 1);
    assert.equal(env.emulator.requests.count(), 21);
  });

  it("creates a feature with the lookup key of an archived one", async () => {
    await using env = await setup();
    const old = await feature.create(env.context, sso);
    env.dashboard.archiveFeature(old.id);
    const { id } = await feature.create(env.context, sso);
    assert.notEqual(id, old.id);
    assert.equal(env.dashboard.feature(id)?.active, true);
  });

  for (const status of [400, 409, 422]) {
    it(`names the feature that has the lookup key when Stripe answers ${status}`, async () => {
      const duplicateLookupKey = { status, message: "A message that Stripe may change." };
      await using env = await setup({ choices: { duplicateLookupKey } });
      const other = env.dashboard.createFeature({ lookupKey: "sso", name: "Made by hand" });
      const error = await entitlementsRejection(feature.create(env.context, sso));
      assert.ok(error.message.startsWith('Feature "sso" (lookup key "sso"): '), error.message);
      assert.equal(error.kind, "alreadyExists");
      assert.ok(error.message.includes(`${other.id}, without a marker`), error.message);
      assert.match(error.message, /To adopt it would change it: changes the name, adds metadata team$/);
      assert.match(error.hint ?? "", /another lookupKey/);
      assert.deepEqual(env.dashboard.features(), [other]);
    });
  }

  it("shows no declared value of a name or metadata, which may be secret", async () => {
    await using env = await setup();
    env.dashboard.createFeature({ lookupKey: "sso", name: "Made by hand" });
    const secret = { ...sso, name: "s3cret name", metadata: { team: "s3cret value" } };
    const error = await entitlementsRejection(feature.create(env.context, secret));
    const context = env.createContext();
    await feature.create(context, { ...secret, adopt: "unowned" });
    assert.doesNotMatch([error.message, error.hint, ...context.logged].join(), /s3cret/);
    assert.match(context.logged.join(), /: adopted feat_.*: changes the name, adds metadata team\.$/);
  });

  it("names the resource of another stack that has the lookup key", async () => {
    await using env = await setup();
    await feature.create(env.context, { ...sso, owner: "billing/staging/single" });
    const error = await entitlementsRejection(feature.create(env.createContext(), sso));
    assert.match(error.message, /with the marker of billing\/staging\/single/);
    assert.deepEqual(env.requests.slice(1), [post, list]);
  });

  it("reports another refusal with Stripe's message and the request id", async () => {
    const message = "Features are not available in your country.";
    await using env = await setup({ faults: [{ kind: "status", status: 400, message, method: "POST" }] });
    const error = await entitlementsRejection(feature.create(env.context, sso));
    assert.ok(
      error.message.startsWith('Feature "sso" (lookup key "sso"): Stripe rejected the request: '),
      error.message,
    );
    assert.ok(error.message.includes(message), error.message);
    assert.equal(error.requestId, env.emulator.requests.filter({ method: "POST" })[0]?.requestId);
  });

  it("reports a refusal of a name that is too long only in Stripe's unit", async () => {
    await using env = await setup({ choices: { lengthUnit: "bytes" } });
    const error = await entitlementsRejection(feature.create(env.context, { ...sso, name: "😀".repeat(80) }));
    assert.match(error.message, /80 characters/);
    assert.deepEqual(env.dashboard.features(), []);
  });

  it("retries two lost responses without creating a second feature", async () => {
    await using env = await setup({ faults: [{ kind: "drop", when: "after", method: "POST", times: 2 }] });
    const { id } = await feature.create(env.context, sso);
    assert.deepEqual(
      env.dashboard.features().map((one) => one.id),
      [id],
    );
  });

  it("reports an unknown outcome when all retries fail", async () => {
    await using env = await setup({ faults: [{ kind: "drop", when: "after", method: "POST" }] });
    env.emulator.faults.add({ kind: "drop", when: "before", method: "GET", route: "/v1/entitlements/features" });
    const error = await entitlementsRejection(feature.create(env.createContext({ maxRetries: 2 }), sso));
    assert.match(error.message, /Stripe cannot be reached \(tried 3 times in 0 s\)/);
    assert.match(error.hint ?? "", /unknown whether Stripe applied the request\. Run `pulumi up` again.*maxRetries/);
    assert.equal(env.dashboard.features().length, 1);
  });

  it("says that nothing was sent when the connection is refused", async () => {
    await using env = await setup();
    await env.emulator.close();
    const error = await entitlementsRejection(feature.create(env.createContext({ maxRetries: 1 }), sso));
    assert.match(error.message, /Stripe cannot be reached \(tried 2 times in 0 s\): .*ECONNREFUSED/);
    assert.match(error.hint ?? "", /Check the network.*The request was not sent\. Run `pulumi up` again/);
    assert.doesNotMatch(error.hint ?? "", /unknown/);
  });

  it("says how to set another key when Stripe rejects it, without showing the key", async () => {
    await using env = await setup();
    env.sandbox.expireKey(env.emulator.apiKey);
    const error = await entitlementsRejection(feature.create(env.context, sso));
    assert.match(error.message, /Stripe rejected the API key: Expired API Key provided: \[REDACTED\]/);
    assert.match(
      error.hint ?? "",
      /pulumi config set --secret stripe-entitlements:apiKey.*STRIPE_API_KEY.*last `up`.*--run-program/,
    );
    assert.ok(!`${error.message}${error.hint}`.includes(env.emulator.apiKey.slice(-4)));
    assert.equal(env.emulator.requests.count(), 1);
  });

  it("names the permission that a restricted key lacks", async () => {
    await using env = await setup();
    const apiKey = env.sandbox.restrictedKey({ account: "read", entitlements: "read" });
    const error = await entitlementsRejection(feature.create(env.createContext({ apiKey }), sso));
    assert.match(error.message, /the API key lacks a permission: .*"Entitlements Write"/);
    assert.deepEqual(env.dashboard.features(), []);
  });

  for (const body of ["<html>Sign in</html>", "{}", "[]"]) {
    it(`says that another server answers when the answer is ${body}`, async () => {
      await using env = await setup({ faults: [{ kind: "garbage", body, method: "POST" }] });
      const error = await entitlementsRejection(feature.create(env.context, sso));
      assert.match(error.message, /^Feature "sso" \(lookup key "sso"\): the answer does not come from Stripe's API: /);
      assert.match(error.hint ?? "", /STRIPE_API_BASE/);
    });
  }

  it("creates one of two features with one lookup key at the same time, and rejects the other", async () => {
    await using env = await setup();
    const other = { ...sso, owner: "shop/production/other" };
    const results = await Promise.allSettled([feature.create(env.context, sso), feature.create(env.context, other)]);
    assert.deepEqual(results.map(({ status }) => status).toSorted(), ["fulfilled", "rejected"]);
    assert.equal(env.dashboard.features().length, 1);
  });
});
