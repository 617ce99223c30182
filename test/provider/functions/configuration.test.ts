import assert from "node:assert/strict";
import { RunError } from "@pulumi/pulumi";
import { type Emulator, startEmulator } from "../../../emulator/index";
import {
  getFeature,
  listActiveEntitlements,
  listFeatures,
  listProductFeatures,
  listProducts,
} from "../../../provider/index";
import { withEnvironment } from "../../support/environment";
import { type Config, configFor, inRun } from "../../support/program-run";
import { rejection } from "../../support/rejection";

const sso = { lookupKey: "sso", name: "Single sign-on" };

/** An emulator with the feature in both modes; only what a test sets of the environment is read. */
async function withFeatures(use: (emulator: Emulator) => Promise<void>): Promise<void> {
  using _ = withEnvironment({
    STRIPE_API_KEY: undefined,
    STRIPE_API_BASE: undefined,
    STRIPE_ENTITLEMENTS_ACCOUNT: undefined,
    STRIPE_ENTITLEMENTS_MODE: undefined,
  });
  await using emulator = await startEmulator();
  for (const { dashboard } of [emulator.sandbox, emulator.live]) dashboard.createFeature(sso);
  await use(emulator);
}

/** What a program with this configuration is refused with, as Pulumi shows it: without a stack trace. */
async function refusal(config: Config, program: () => Promise<unknown> = () => getFeature({ lookupKey: "sso" })) {
  const error = await rejection(inRun(config, program));
  assert(RunError.isInstance(error), error.stack);
  assert.doesNotMatch(error.message, /[sr]k_(?:test|live)_\w/);
  return error;
}

const requestsOf = ({ requests }: Emulator) => requests.entries.map(({ path }) => path);

describe("The functions of a program", () => {
  it("take their key from the environment where the stack's configuration has none", () =>
    withFeatures(async (emulator) => {
      using _ = withEnvironment({ STRIPE_API_KEY: emulator.live.apiKey, STRIPE_API_BASE: emulator.url });
      assert.equal((await inRun({}, () => getFeature({ lookupKey: "sso" }))).livemode, true);
    }));

  it("prefer the stack's configuration", () =>
    withFeatures(async (emulator) => {
      using _ = withEnvironment({ STRIPE_API_KEY: emulator.live.apiKey, STRIPE_API_BASE: "https://stripe.invalid" });
      assert.equal((await inRun(configFor(emulator), () => getFeature({ lookupKey: "sso" }))).livemode, false);
    }));

  it("say what is wrong with the configuration, once for all calls, and send nothing", () =>
    withFeatures(async (emulator) => {
      const failures: unknown[] = [];
      await inRun(configFor(emulator, { mode: "sandbox", apiKey: "" }), async () => {
        for (const call of [listFeatures(), listProducts()]) failures.push(await rejection(call));
      });
      const [first, second] = failures;
      assert.equal(first, second);
      assert(RunError.isInstance(first));
      assert.match(first.message, /^Configuration: .*stripe-entitlements:apiKey is empty/);
      assert.match(first.message, /stripe-entitlements:mode must be test or live/);
      assert.deepEqual(requestsOf(emulator), []);
    }));

  it("refuse a key of the other mode by its prefix, without a request", () =>
    withFeatures(async (emulator) => {
      const { message } = await refusal(configFor(emulator, { mode: "live" }));
      assert.match(message, /API key belongs to test mode, but the configuration says live mode/);
      assert.deepEqual(requestsOf(emulator), []);
    }));

  it("refuse a key of another account before anything is asked but the account", () =>
    withFeatures(async (emulator) => {
      const { message } = await refusal(configFor(emulator, { account: "acct_other" }), () =>
        Promise.all([listFeatures(), listProducts()]),
      );
      assert.match(message, new RegExp(`belongs to account ${emulator.sandbox.account}.*says account acct_other`));
      assert.deepEqual(requestsOf(emulator), ["/v1/account"]);
    }));

  it("ask for the account once where the configuration names it", () =>
    withFeatures(async (emulator) => {
      const { account } = emulator.sandbox;
      await inRun(configFor(emulator, { account, mode: "test" }), () => Promise.all([listFeatures(), listProducts()]));
      assert.deepEqual(requestsOf(emulator).sort(), ["/v1/account", "/v1/entitlements/features", "/v1/products"]);
    }));

  it("keep the runs of one process apart, also those at the same time", () =>
    withFeatures(async (emulator) => {
      const { sandbox, live } = emulator;
      const run = (apiKey: string) =>
        inRun(configFor(emulator, { apiKey }), async () => {
          const first = await getFeature({ lookupKey: "sso" });
          await new Promise((resolve) => setTimeout(resolve, 50));
          return [first, await getFeature({ lookupKey: "sso" })].map(({ livemode }) => livemode);
        });
      const found = await Promise.all([sandbox, live, sandbox].map(({ apiKey }) => run(apiKey)));
      assert.deepEqual(found, [
        [false, false],
        [true, true],
        [false, false],
      ]);
      assert.equal(emulator.requests.count(), 3);
    }));

  it("start no more requests a second than a third of the rate", () =>
    withFeatures(async (emulator) => {
      const started = performance.now();
      const calls = ["prod_1", "prod_2", "prod_3"].map((id) =>
        emulator.sandbox.dashboard.createProduct({ id, name: id }),
      );
      await inRun(configFor(emulator, { maxRequestsPerSecond: "6" }), () =>
        Promise.all(calls.map(({ id }) => listProductFeatures({ product: id }))),
      );
      assert.ok(performance.now() - started >= 1_000);
      assert.equal(emulator.requests.count(), 3);
    }));
});

describe("A failure of a program's functions", () => {
  it("says which lookup key was not found, where, and what to check", () =>
    withFeatures(async (emulator) => {
      const { message } = await refusal(configFor(emulator), () => getFeature({ lookupKey: "soo" }));
      const { account } = emulator.sandbox;
      assert(
        message.startsWith(`Feature "soo": no active feature has this lookup key in account ${account}, test mode\n`),
      );
      assert.match(message, /Check the lookup key, that the feature is not archived, and that the API key belongs/);
    }));

  it("says which id was not found, or that it is of the other mode", () =>
    withFeatures(async (emulator) => {
      const missing = await refusal(configFor(emulator), () => getFeature({ id: "feat_gone" }));
      assert.match(
        missing.message,
        /^Feature feat_gone: there is no such feature in account acct_\w+, test mode\nCheck the id/,
      );
      const [live] = emulator.live.dashboard.features();
      const other = await refusal(configFor(emulator), () => getFeature({ id: live?.id ?? "" }));
      assert.match(other.message, /the API key is of the other mode.*a similar object exists in live mode/);
      assert.match(other.message, /Stripe's request id: req_\w+/);
    }));

  it("says of a feature that is not found among many which one it is", () =>
    withFeatures(async (emulator) => {
      const { message } = await refusal(configFor(emulator), () =>
        Promise.all(["sso", "soo"].map((lookupKey) => getFeature({ lookupKey }))),
      );
      assert.match(message, /^Feature "soo": no active feature/);
    }));

  it("says which product or customer is missing, with the request's id", () =>
    withFeatures(async (emulator) => {
      const product = await refusal(configFor(emulator), () => listProductFeatures({ product: "prod_gone" }));
      assert.match(
        product.message,
        /^Product prod_gone: there is no such product in account acct_\w+, test mode \(Stripe's request id: req_/,
      );
      const customer = await refusal(configFor(emulator), () => listActiveEntitlements({ customer: "cus_gone" }));
      assert.match(customer.message, /^Customer cus_gone: there is no such customer/);
    }));

  it("is one error for all that asked for the same list, with Stripe's words and the request's id", () =>
    withFeatures(async (emulator) => {
      const failures: unknown[] = [];
      await inRun(configFor(emulator, { apiKey: "sk_test_madeUp0123456789" }), async () => {
        const calls = ["a", "b", "c"].map((lookupKey) => rejection(getFeature({ lookupKey })));
        failures.push(...(await Promise.all(calls)));
      });
      assert.equal(new Set(failures).size, 1);
      const [failure] = failures;
      assert(RunError.isInstance(failure));
      assert.match(
        failure.message,
        /Stripe does not accept the API key: Invalid API Key provided: \[REDACTED\].*request id: req_/,
      );
      assert.match(failure.message, /\nSet a valid key/);
    }));

  it("passes on which permission a restricted key lacks", () =>
    withFeatures(async (emulator) => {
      const apiKey = emulator.sandbox.restrictedKey({ account: "read" });
      const { message } = await refusal(configFor(emulator, { apiKey }));
      assert.match(message, /the API key may not do this: .*Enabling "Entitlements Read"/);
    }));

  it("of Stripe's own comes after patience, with what to do", () =>
    withFeatures(async (emulator) => {
      emulator.faults.add({ kind: "status", status: 500, times: 1 });
      const { lookupKey } = await inRun(configFor(emulator, { maxRetries: "1" }), () =>
        getFeature({ lookupKey: "sso" }),
      );
      assert.equal(lookupKey, "sso");
      emulator.faults.add({ kind: "status", status: 500 });
      const { message } = await refusal(configFor(emulator));
      assert.match(message, /^Feature "sso": Stripe failed: /);
      assert.match(message, /\nRun the command again\./);
    }));
});
