import assert from "node:assert/strict";
import { startEmulator } from "../../emulator";
import { configFor, namespaced, startEngine, stopEngines, timeout } from "../support/engine";
import { type PackageForm, packageForms } from "../support/package-forms";
import { engineRejection, startProvider } from "../support/provider-process";

const sso = { lookupKey: "sso", name: "Single sign-on" };

describe("configure", function () {
  this.timeout(timeout);
  let form: PackageForm;

  before(async () => {
    form = await packageForms.installed();
  });

  afterEach(stopEngines);

  it("applies to calls that arrive before its response, for both resources", async () => {
    await using emulator = await startEmulator();
    const { dashboard } = emulator.sandbox;
    const provider = await startProvider({ cwd: form.project });
    const product = dashboard.createProduct({ name: "Enterprise" }).id;
    const existing = Array.from({ length: 5 }, (_, index) =>
      dashboard.createFeature({ lookupKey: `existing-${index}`, name: "Existing" }),
    );
    const configured = provider.configure(namespaced({ ...configFor(emulator), ownership: "none" }));
    const attach = existing.map(({ id }) => provider.create(form.productFeature({ product, entitlementFeature: id })));
    const create = ["a", "b", "c", "d", "e"].map((lookupKey) =>
      provider.create(form.feature({ lookupKey, name: lookupKey })),
    );
    const check = ["a", "b", "c"].map((lookupKey) =>
      provider.check({}, form.feature({ lookupKey, name: lookupKey, owner: "o" })),
    );
    await Promise.all([configured, ...attach, ...create]);
    // The configured ownership `none` removes the owner.
    for (const { inputs } of await Promise.all(check)) assert.equal("owner" in inputs, false);
    assert.equal(dashboard.features().length, 10);
    assert.equal(dashboard.productFeatures(product).length, 5);
    assert.equal(emulator.requests.count({ route: "/v1/account" }), 1);
  });

  it("sends nothing and accepts everything, and the first create names every wrong setting", async () => {
    const config = { apiKey: "pk_test_madeup", maxRetries: "many", mode: "sandbox", account: "me" };
    const { provider, emulator } = await startEngine(form, { config });
    assert.equal(emulator.requests.count(), 0);
    const error = await engineRejection(provider.create(form.feature(sso)));
    assert.match(error.message, /stripe-entitlements:apiKey is a publishable key/);
    assert.match(error.message, /stripe-entitlements:maxRetries must be a number/);
    assert.match(error.message, /stripe-entitlements:mode must be test or live/);
    assert.match(error.message, /stripe-entitlements:account must be an account id/);
    assert.doesNotMatch(error.message, /madeup|sandbox/);
    assert.equal(emulator.requests.count(), 0);
  });

  it("fails every call without an API key, naming the setting and the variable", async () => {
    // An empty variable counts as not set.
    const provider = await startProvider({ cwd: form.project, env: { STRIPE_API_KEY: "", STRIPE_API_BASE: "" } });
    await provider.configure({});
    const state = { ...sso, metadata: {}, active: true, livemode: false };
    const calls = [
      provider.check({}, form.feature(sso)),
      provider.create(form.feature(sso)),
      provider.read("feat_1", form.feature(state)),
      provider.update("feat_1", form.feature(state), form.feature(sso)),
      provider.delete("feat_1", form.feature(state)),
    ];
    for (const error of await Promise.all(calls.map(engineRejection))) {
      assert.match(error.message, /^Configuration: stripe-entitlements:apiKey is missing/);
      assert.match(error.message, /STRIPE_API_KEY/);
    }
  });

  it("with an unknown key fails every call of a run with a program, and names the nearest key", async () => {
    const { provider, emulator } = await startEngine(form, { config: { acount: "acct_1" } });
    const state = { ...sso, metadata: {}, active: true, livemode: false };
    const calls = [
      () => provider.check({}, form.feature(sso)),
      () => provider.create(form.feature(sso)),
      () => provider.delete("feat_1", form.feature(state)),
    ];
    for (const call of calls) {
      const { message } = await engineRejection(call());
      assert.match(message, /^Configuration: stripe-entitlements:acount is not a setting \(did you mean "account"\?\)/);
      assert.match(message, /`pulumi config rm`/);
    }
    assert.equal(emulator.requests.count(), 0);
  });

  it("with an unknown key logs one line in a run without a program", async () => {
    const { provider, dashboard } = await startEngine(form, { config: { acount: "acct_1" } });
    const { id } = dashboard.createFeature(sso);
    const state = form.feature({ ...sso, metadata: {}, active: true, livemode: false });
    await provider.read(id, state);
    await provider.delete(id, state);
    assert.equal(dashboard.feature(id)?.active, false);
    const { stdout } = await provider.stop();
    assert.equal(stdout.match(/stripe-entitlements:acount is not a setting \(did you mean "account"\?\)/g)?.length, 1);
  });

  it("takes precedence over the environment, which supplies the other settings", async () => {
    await using emulator = await startEmulator();
    const env = { STRIPE_API_KEY: "sk_test_of_the_environment", STRIPE_API_BASE: emulator.url };
    const provider = await startProvider({ cwd: form.project, env });
    await provider.configure(namespaced({ apiKey: configFor(emulator)["apiKey"] ?? "" }));
    const { id } = await provider.create(form.feature(sso));
    assert.equal(emulator.sandbox.dashboard.feature(id)?.lookup_key, "sso");
  });
});
