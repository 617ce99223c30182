import assert from "node:assert/strict";
import { create } from "../../../provider/lifecycle/feature/index";
import { entitlementsRejection } from "../../support/rejection";
import { setup } from "../../support/test-environment";

const owner = "shop/production/sso";
const sso = { lookupKey: "sso", name: "Single sign-on", metadata: { team: "identity" }, owner };
const post = "POST /v1/entitlements/features";
const list = "GET /v1/entitlements/features";

describe("Creating a feature", () => {
  it("takes one request, and leaves its state without the marker in the metadata", async () => {
    await using set = await setup();
    const { id, outs } = await create(set.context, sso);
    const { account } = set.sandbox;
    assert.deepEqual(outs, { ...sso, active: true, livemode: false, account });
    assert.deepEqual(set.dashboard.features(), [
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
    assert.deepEqual(set.requests, [post]);
  });

  it("writes no marker where the stack has none", async () => {
    await using set = await setup();
    const { id, outs } = await create(set.context, { lookupKey: "sso", name: "Single sign-on" });
    assert.deepEqual(set.dashboard.feature(id)?.metadata, {});
    assert.deepEqual(outs.metadata, {});
    assert(!("owner" in outs));
  });

  it("asks for the account once, however many features it creates", async () => {
    await using set = await setup();
    const keys = Array.from({ length: 20 }, (_, n) => `key-${n}`);
    await Promise.all(keys.map((lookupKey) => create(set.context, { ...sso, lookupKey })));
    assert.equal(set.dashboard.features().length, 20);
    assert.equal(set.emulator.requests.count({ route: "/v1/account" }), 1);
    assert.equal(set.emulator.requests.count(), 21);
  });

  it("creates anew with a lookup key that an archived feature had", async () => {
    await using set = await setup();
    const old = await create(set.context, sso);
    set.dashboard.archiveFeature(old.id);
    const { id } = await create(set.context, sso);
    assert.notEqual(id, old.id);
    assert.equal(set.dashboard.feature(id)?.active, true);
  });

  for (const status of [400, 409, 422]) {
    it(`explains a taken lookup key by the feature that has it, whatever Stripe answers (${status})`, async () => {
      const duplicateLookupKey = { status, message: "Words that nobody can rely on." };
      await using set = await setup({ choices: { duplicateLookupKey } });
      const other = set.dashboard.createFeature({ lookupKey: "sso", name: "Made by hand" });
      const error = await entitlementsRejection(create(set.context, sso));
      assert(error.message.includes('Feature "sso"'), error.message);
      assert(error.message.includes(`${other.id}, which carries no marker`), error.message);
      assert(error.message.includes('the name "Made by hand" instead of "Single sign-on"'), error.message);
      assert.match(error.hint ?? "", /another lookupKey/);
      assert.deepEqual(set.dashboard.features(), [other]);
    });
  }

  it("names the stack that made the feature which has the key", async () => {
    await using set = await setup();
    await create(set.context, { ...sso, owner: "billing/staging/single" });
    const error = await entitlementsRejection(create(set.createContext(), sso));
    assert.match(error.message, /which carries the marker of billing\/staging\/single/);
    assert.deepEqual(set.requests.slice(1), [post, list]);
  });

  it("passes on another refusal, with Stripe's words and the request id", async () => {
    const message = "Features are not available in your country.";
    await using set = await setup({ faults: [{ kind: "status", status: 400, message, method: "POST" }] });
    const error = await entitlementsRejection(create(set.context, sso));
    assert(error.message.startsWith('Feature "sso": Stripe refused the request: '), error.message);
    assert(error.message.includes(message), error.message);
    assert.equal(error.requestId, set.emulator.requests.filter({ method: "POST" })[0]?.requestId);
  });

  it("counts lengths as Stripe might: what passes the check is refused by the server in its words", async () => {
    await using set = await setup({ choices: { lengthUnit: "bytes" } });
    const error = await entitlementsRejection(create(set.context, { ...sso, name: "😀".repeat(80) }));
    assert.match(error.message, /80 characters/);
    assert.deepEqual(set.dashboard.features(), []);
  });

  it("creates one feature when the answer is lost, twice", async () => {
    await using set = await setup({ faults: [{ kind: "drop", when: "after", method: "POST", times: 2 }] });
    const { id } = await create(set.context, sso);
    assert.deepEqual(
      set.dashboard.features().map((feature) => feature.id),
      [id],
    );
  });

  it("says that the outcome is not known when the retries are spent", async () => {
    await using set = await setup({ faults: [{ kind: "drop", when: "after", method: "POST" }] });
    set.emulator.faults.add({ kind: "drop", when: "before", method: "GET", route: "/v1/entitlements/features" });
    const error = await entitlementsRejection(create(set.createContext({ maxRetries: 2 }), sso));
    assert.match(error.message, /Stripe cannot be reached \(tried 3 times in 0 s\)/);
    assert.match(error.hint ?? "", /not known: run `pulumi up` again.*maxRetries/);
    assert.equal(set.dashboard.features().length, 1);
  });

  it("says where a refused key came from, and how to bring another, without the key", async () => {
    await using set = await setup();
    set.sandbox.expireKey(set.emulator.apiKey);
    const error = await entitlementsRejection(create(set.context, sso));
    assert.match(error.message, /does not accept the API key: Expired API Key provided: \[REDACTED\]/);
    assert.match(error.hint ?? "", /pulumi config set --secret stripe-entitlements:apiKey.*STRIPE_API_KEY.*last `up`/);
    assert(!`${error.message}${error.hint}`.includes(set.emulator.apiKey.slice(-4)));
    assert.equal(set.emulator.requests.count(), 1);
  });

  it("passes on which permission a restricted key lacks", async () => {
    await using set = await setup();
    const apiKey = set.sandbox.restrictedKey({ account: "read", entitlements: "read" });
    const error = await entitlementsRejection(create(set.createContext({ apiKey }), sso));
    assert.match(error.message, /may not do this: .*"Entitlements Write"/);
    assert.deepEqual(set.dashboard.features(), []);
  });

  for (const body of ["<html>Sign in</html>", "{}", "[]"]) {
    it(`says that something else answers when the answer is ${body}`, async () => {
      await using set = await setup({ faults: [{ kind: "garbage", body, method: "POST" }] });
      const error = await entitlementsRejection(create(set.context, sso));
      assert.match(error.message, /^Feature "sso": this is not Stripe's API: /);
      assert.match(error.hint ?? "", /STRIPE_API_BASE/);
    });
  }

  it("makes one of two features that want one key at the same time, and refuses the other", async () => {
    await using set = await setup();
    const other = { ...sso, owner: "shop/production/other" };
    const results = await Promise.allSettled([create(set.context, sso), create(set.context, other)]);
    assert.deepEqual(results.map(({ status }) => status).toSorted(), ["fulfilled", "rejected"]);
    assert.equal(set.dashboard.features().length, 1);
  });
});
