import assert from "node:assert/strict";
import { featuresPath, itKeepsRule, withEmulator } from "./support";

const platformId = "acct_platform";
const connectedId = "acct_connected";
const accounts = [{ id: platformId }, { id: connectedId, connectedTo: platformId }, { id: "acct_other" }];

describe("emulator keys and accounts", () => {
  itKeepsRule("keySchemes", async ({ emulator, stripe }) => {
    const basic = `Basic ${Buffer.from(`${emulator.apiKey}:`).toString("base64")}`;
    for (const authorization of [`Bearer ${emulator.apiKey}`, `bearer ${emulator.apiKey}`, basic]) {
      assert.equal((await stripe.get(featuresPath, {}, { headers: { authorization } })).status, 200, authorization);
    }
    assert.match(emulator.apiKey, /^sk_test_\w{32}$/);
    assert.match(emulator.live.apiKey, /^sk_live_\w{32}$/);
  });

  itKeepsRule("keyMissing", async ({ stripe }) => {
    for (const authorization of ["", "Bearer", "Digest abc"]) {
      const answer = await stripe.get(featuresPath, {}, { headers: { authorization } });
      assert.equal(answer.status, 401, authorization);
      assert.equal(answer.body.error.type, "invalid_request_error");
      assert.match(answer.body.error.message, /^You did not provide an API key/);
    }
  });

  itKeepsRule("keyUnknown", async ({ emulator, stripe }) => {
    const answer = await stripe.get(featuresPath, {}, { key: "sk_test_abcdefghijklmnop" });
    assert.equal(answer.status, 401);
    assert.equal(answer.body.error.message, "Invalid API Key provided: sk_test_************mnop");
    const word = await stripe.get(featuresPath, {}, { key: "abc" });
    assert.equal(word.body.error.message, "Invalid API Key provided: ***");
    assert.deepEqual(
      emulator.requests.entries.map(({ account }) => account),
      [undefined, undefined],
    );
  });

  itKeepsRule("keyExpired", async ({ emulator, stripe }) => {
    const key = emulator.sandbox.restrictedKey({ entitlements: "read" });
    assert.equal((await stripe.get(featuresPath, {}, { key })).status, 200);
    emulator.sandbox.expireKey(key);
    const answer = await stripe.get(featuresPath, {}, { key });
    assert.equal(answer.status, 401);
    assert.equal(answer.body.error.code, "api_key_expired");
    assert.match(answer.body.error.message, /^Expired API Key provided: rk_test_\*+\w{4}$/);
    assert.throws(() => emulator.sandbox.expireKey("sk_test_unknown"), /no such API key/);
  });

  itKeepsRule("keyPublishable", async ({ emulator, stripe }) => {
    assert.match(emulator.sandbox.publishableKey, /^pk_test_/);
    const answer = await stripe.get(featuresPath, {}, { key: emulator.sandbox.publishableKey });
    assert.equal(answer.status, 401);
    assert.equal(answer.body.error.code, "secret_key_required");
  });

  itKeepsRule("keyRestricted", async ({ emulator, stripe }) => {
    const key = emulator.sandbox.restrictedKey({ entitlements: "write", products: "read" });
    const feature = await stripe.post(featuresPath, { lookup_key: "sso", name: "SSO" }, { key });
    assert.equal(feature.status, 200);
    assert.equal((await stripe.get(featuresPath, {}, { key })).status, 200);
    assert.equal((await stripe.get("/v1/products", {}, { key })).status, 200);
    for (const [answer, permission] of [
      [await stripe.post("/v1/products", { name: "Team" }, { key }), "Products Write"],
      [await stripe.get("/v1/account", {}, { key }), "Account Read"],
    ] as const) {
      assert.equal(answer.status, 403);
      assert.equal(answer.body.error.type, "invalid_request_error");
      assert.equal(
        answer.body.error.message,
        `The provided key 'rk_test_***${key.slice(-4)}' does not have the required permissions for this endpoint on account '${emulator.sandbox.account}'. Enabling "${permission}" permissions on this key would allow this request to continue.`,
      );
    }
    assert.deepEqual(emulator.sandbox.dashboard.products(), []);
  });

  itKeepsRule("modesApart", async ({ emulator, stripe }) => {
    const feature = emulator.sandbox.dashboard.createFeature({ lookupKey: "sso", name: "SSO" });
    const liveFeature = emulator.live.dashboard.createFeature({ lookupKey: "sso", name: "SSO" });
    const product = emulator.sandbox.dashboard.createProduct({ name: "Team" });
    const live = await stripe.get(`${featuresPath}/${feature.id}`, {}, { key: emulator.live.apiKey });
    assert.equal(live.status, 404);
    assert.equal(live.body.error.code, "resource_missing");
    assert.match(
      live.body.error.message,
      /; a similar object exists in test mode, but a live mode key was used to make this request\.$/,
    );
    const hint = /; a similar object exists in live mode, but a test mode key was used to make this request\.$/;
    const test = await stripe.post(`${featuresPath}/${liveFeature.id}`, { active: false });
    assert.equal(test.status, 404);
    assert.match(test.body.error.message, hint);
    const inBody = await stripe.post(`/v1/products/${product.id}/features`, { entitlement_feature: liveFeature.id });
    assert.equal(inBody.status, 400);
    assert.equal(inBody.body.error.code, "resource_missing");
    assert.match(inBody.body.error.message, hint);
    assert.equal(emulator.live.dashboard.feature(liveFeature.id)?.active, true);
  });

  it("can leave out that the other mode has the object", () =>
    withEmulator(
      async ({ emulator, stripe }) => {
        const { id } = emulator.live.dashboard.createFeature({ lookupKey: "sso", name: "SSO" });
        const product = emulator.live.dashboard.createProduct({ name: "Team" });
        const attached = emulator.live.dashboard.attach(product.id, id);
        const customer = emulator.live.dashboard.createCustomer({ products: [product.id] }).id;
        for (const [path, missing] of [
          [`${featuresPath}/${id}`, id],
          [`/v1/products/${product.id}`, product.id],
          [`/v1/products/${product.id}/features/${attached.id}`, product.id],
          [`/v1/entitlements/active_entitlements?customer=${customer}`, customer],
        ]) {
          const { message } = (await stripe.get(path ?? "")).body.error;
          assert.match(message, new RegExp(`^No such .*: '${missing}'$`));
        }
      },
      { choices: { otherModeHint: "omitted" } },
    ));

  itKeepsRule("accountsApart", async ({ emulator, stripe }) => {
    const other = emulator.environment({ account: "acct_other", livemode: false });
    const feature = other.dashboard.createFeature({ lookupKey: "sso", name: "SSO" });
    const answer = await stripe.get(`${featuresPath}/${feature.id}`);
    assert.equal(answer.status, 404);
    assert.match(answer.body.error.message, new RegExp(`'${feature.id}'$`));
    assert.equal((await stripe.get(`${featuresPath}/${feature.id}`, {}, { key: other.apiKey })).status, 200);
    assert.equal((await stripe.post(featuresPath, { lookup_key: "sso", name: "SSO" })).status, 200);
  });

  itKeepsRule(
    "connectedAccounts",
    async ({ emulator, stripe }) => {
      const connected = emulator.environment({ account: connectedId, livemode: false });
      for (const name of ["stripe-account", "stripe-context"]) {
        const own = await stripe.get("/v1/account", {}, { headers: { [name]: platformId } });
        assert.equal(own.body.id, platformId);
        const made = await stripe.post(featuresPath, { lookup_key: name, name }, { headers: { [name]: connectedId } });
        assert.equal(made.status, 200);
        assert.deepEqual(connected.dashboard.feature(made.body.id), made.body);
        for (const stranger of ["acct_other", "acct_unknown"]) {
          const refused = await stripe.get(featuresPath, {}, { headers: { [name]: stranger } });
          assert.equal(refused.status, 403);
          assert.equal(refused.body.error.code, "account_invalid");
          assert.match(refused.body.error.message, new RegExp(`does not have access to account '${stranger}'`));
        }
      }
      const upwards = await stripe.get(
        featuresPath,
        {},
        { key: connected.apiKey, headers: { "stripe-account": platformId } },
      );
      assert.equal(upwards.status, 403);
      assert.deepEqual(emulator.sandbox.dashboard.features(), []);
    },
    { accounts },
  );

  it("accepts fixed keys, and refuses an account or a key given twice", async () => {
    const apiKeys = { test: "sk_test_fixed" };
    await withEmulator(
      async ({ emulator, stripe }) => {
        assert.equal(emulator.apiKey, "sk_test_fixed");
        assert.equal((await stripe.get("/v1/account")).body.id, "acct_a");
      },
      { accounts: [{ id: "acct_a", apiKeys }] },
    );
    const nothing = async () => undefined;
    await assert.rejects(withEmulator(nothing, { accounts: [{ id: "acct_a" }, { id: "acct_a" }] }), /acct_a.*twice/);
    await assert.rejects(withEmulator(nothing, { accounts: [{ apiKeys }, { apiKeys }] }), /API key is given twice/);
  });
});
