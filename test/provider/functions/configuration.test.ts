import assert from "node:assert/strict";
import { type Emulator, startEmulator } from "../../../emulator";
import {
  getFeature,
  listActiveEntitlements,
  listFeatures,
  listProductFeatures,
  listProducts,
} from "../../../provider/index";
import { withEnvironment } from "../../support/environment";
import { configFor, engineAddress, inOwnProcess, inRun } from "../../support/program-run";
import { rejection } from "../../support/rejection";
import { programRejection } from "./program-rejection";

const sso = { lookupKey: "sso", name: "Single sign-on" };
const getSso = () => getFeature({ lookupKey: "sso" });

/**
 * Starts an emulator with the feature in both modes. The environment sets nothing but what a test
 * sets.
 */
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

const pathsOf = ({ requests }: Emulator) => requests.entries.map(({ path }) => path);

describe("The configuration of the functions", () => {
  it("comes from the environment where the stack's configuration has no value", () =>
    withFeatures(async (emulator) => {
      using _ = withEnvironment({ STRIPE_API_KEY: emulator.live.apiKey, STRIPE_API_BASE: emulator.url });
      assert.equal((await inOwnProcess({}, getSso)).livemode, true);
    }));

  it("comes from the environment in a plugin, which the engine starts with its address", () =>
    withFeatures(async (emulator) => {
      using _ = withEnvironment({ STRIPE_API_KEY: emulator.live.apiKey, STRIPE_API_BASE: emulator.url });
      process.argv.push(engineAddress);
      try {
        assert.equal((await inRun({}, getSso)).livemode, true);
      } finally {
        process.argv.pop();
      }
    }));

  it("never comes from the host's environment in an inline program", () =>
    withFeatures(async (emulator) => {
      using _ = withEnvironment({ STRIPE_API_KEY: emulator.live.apiKey, STRIPE_ENTITLEMENTS_MODE: "live" });
      const noKey = await programRejection({ apiBase: emulator.url, mode: "test" }, getSso);
      assert.match(
        noKey.message,
        /^Configuration: functions and previews do not use STRIPE_API_KEY in an inline program\n/,
      );
      assert.match(noKey.message, /`envVars` of the workspace.*Set stripe-entitlements:apiKey with `stack\.setConfig`/);
      const noMode = await programRejection(configFor(emulator), getSso);
      assert.match(noMode.message, /do not use STRIPE_ENTITLEMENTS_MODE in an inline program/);
      assert.deepEqual(pathsOf(emulator), []);
    }));

  it("names the missing key of an inline program, and not the variable that it does not use", () =>
    withFeatures(async () => {
      const { kind, message } = await programRejection({}, getSso);
      assert.equal(kind, "configuration");
      assert.match(message, /^Configuration: stripe-entitlements:apiKey is missing\n/);
      assert.doesNotMatch(message, /STRIPE_API_KEY/);
    }));

  it("rejects a key that is not a setting, and names the nearest one", () =>
    withFeatures(async (emulator) => {
      const { kind, message } = await programRejection(configFor(emulator, { acount: "acct_1" }), getSso);
      assert.equal(kind, "configuration");
      assert.match(
        message,
        /^Configuration: stripe-entitlements:acount is not a setting \(did you mean "account"\?\)\n/,
      );
      assert.deepEqual(pathsOf(emulator), []);
    }));

  it("comes from the stack's configuration where both have a value", () =>
    withFeatures(async (emulator) => {
      using _ = withEnvironment({ STRIPE_API_KEY: emulator.live.apiKey, STRIPE_API_BASE: "https://stripe.invalid" });
      assert.equal((await inRun(configFor(emulator), getSso)).livemode, false);
    }));

  it("rejects all calls with one error when it is invalid, and sends nothing", () =>
    withFeatures(async (emulator) => {
      const errors: Error[] = [];
      const { kind, message } = await programRejection(
        configFor(emulator, { mode: "sandbox", apiKey: "" }),
        async () => {
          for (const call of [listFeatures(), listProducts()]) errors.push(await rejection(call));
          throw errors[0];
        },
      );
      assert.equal(new Set(errors).size, 1);
      assert.equal(kind, "configuration");
      assert.match(message, /^Configuration: .*stripe-entitlements:apiKey is empty/);
      assert.match(message, /stripe-entitlements:mode must be test or live/);
      assert.deepEqual(pathsOf(emulator), []);
    }));

  it("rejects a key of the other mode by its prefix, and sends nothing", () =>
    withFeatures(async (emulator) => {
      const { kind, message } = await programRejection(configFor(emulator, { mode: "live" }), getSso);
      assert.match(message, /API key belongs to test mode, but the configuration says live mode/);
      assert.equal(kind, "wrongMode");
      assert.deepEqual(pathsOf(emulator), []);
    }));

  it("rejects a key of another account after reading the account only", () =>
    withFeatures(async (emulator) => {
      const { kind, message } = await programRejection(configFor(emulator, { account: "acct_other" }), () =>
        Promise.all([listFeatures(), listProducts()]),
      );
      assert.match(message, new RegExp(`belongs to account ${emulator.sandbox.account}.*says account acct_other`));
      assert.equal(kind, "wrongAccount");
      assert.deepEqual(pathsOf(emulator), ["/v1/account"]);
    }));

  it("costs one request for the account where it names one", () =>
    withFeatures(async (emulator) => {
      const { account } = emulator.sandbox;
      await inRun(configFor(emulator, { account, mode: "test" }), () => Promise.all([listFeatures(), listProducts()]));
      assert.deepEqual(pathsOf(emulator).sort(), ["/v1/account", "/v1/entitlements/features", "/v1/products"]);
    }));

  it("belongs to one run of a program, also with several at the same time in one process", () =>
    withFeatures(async (emulator) => {
      const { sandbox, live } = emulator;
      const run = (apiKey: string) =>
        inRun(configFor(emulator, { apiKey }), async () => {
          const first = await getSso();
          await new Promise((resolve) => setTimeout(resolve, 50));
          return [first, await getSso()].map(({ livemode }) => livemode);
        });
      const found = await Promise.all([sandbox, live, sandbox].map(({ apiKey }) => run(apiKey)));
      assert.deepEqual(found, [
        [false, false],
        [true, true],
        [false, false],
      ]);
      assert.equal(emulator.requests.count(), 3);
    }));

  it("limits the functions to a third of the request rate", () =>
    withFeatures(async (emulator) => {
      const started = performance.now();
      const products = ["prod_1", "prod_2", "prod_3"].map((id) =>
        emulator.sandbox.dashboard.createProduct({ id, name: id }),
      );
      await inRun(configFor(emulator, { maxRequestsPerSecond: "6" }), () =>
        Promise.all(products.map(({ id }) => listProductFeatures({ product: id }))),
      );
      assert.ok(performance.now() - started >= 1_000);
      assert.equal(emulator.requests.count(), 3);
    }));
});

describe("The error of a function", () => {
  it("names the lookup key that was not found, the account and what to check", () =>
    withFeatures(async (emulator) => {
      const { kind, message } = await programRejection(configFor(emulator), () => getFeature({ lookupKey: "soo" }));
      const { account } = emulator.sandbox;
      assert.ok(
        message.startsWith(
          `Feature (lookup key "soo"): no active feature has this lookup key in account ${account}, test mode\n`,
        ),
        message,
      );
      assert.match(message, /Check the lookup key, that the feature is not archived, and that the API key belongs/);
      assert.equal(kind, "missing");
    }));

  it("names the id that was not found", () =>
    withFeatures(async (emulator) => {
      const { kind, message } = await programRejection(configFor(emulator), () => getFeature({ id: "feat_gone" }));
      assert.match(
        message,
        /^Feature \(feat_gone\): the feature does not exist in account acct_\w+, test mode\nCheck the id/,
      );
      assert.equal(kind, "missing");
    }));

  it("says that a feature is of the other mode, with the request's id", () =>
    withFeatures(async (emulator) => {
      const [live] = emulator.live.dashboard.features();
      const error = await programRejection(configFor(emulator), () => getFeature({ id: live?.id ?? "" }));
      assert.match(error.message, /the object exists only in the other mode.*a similar object exists in live mode/);
      assert.match(error.requestId ?? "", /^req_\w+$/);
      assert.ok(error.message.includes(` (Stripe's request id: ${error.requestId})\n`), error.message);
      assert.equal(error.kind, "wrongMode");
    }));

  it("names the feature that was not found among several", () =>
    withFeatures(async (emulator) => {
      const { message } = await programRejection(configFor(emulator), () =>
        Promise.all(["sso", "soo"].map((lookupKey) => getFeature({ lookupKey }))),
      );
      assert.match(message, /^Feature \(lookup key "soo"\): no active feature/);
    }));

  it("names the missing product or customer, with the request's id", () =>
    withFeatures(async (emulator) => {
      const product = await programRejection(configFor(emulator), () => listProductFeatures({ product: "prod_gone" }));
      assert.match(
        product.message,
        /^Product prod_gone: the product does not exist in account acct_\w+, test mode \(Stripe's request id: req_/,
      );
      assert.equal(product.kind, "missing");
      const customer = await programRejection(configFor(emulator), () =>
        listActiveEntitlements({ customer: "cus_gone" }),
      );
      assert.match(customer.message, /^Customer cus_gone: the customer does not exist in account/);
      assert.equal(customer.kind, "missing");
    }));

  it("is one error for all calls that wait for the same list, with Stripe's message", () =>
    withFeatures(async (emulator) => {
      const errors: Error[] = [];
      const error = await programRejection(configFor(emulator, { apiKey: "sk_test_madeUp0123456789" }), async () => {
        const calls = ["a", "b", "c"].map((lookupKey) => rejection(getFeature({ lookupKey })));
        errors.push(...(await Promise.all(calls)));
        throw errors[0];
      });
      assert.equal(new Set(errors).size, 1);
      assert.match(
        error.message,
        /Stripe rejected the API key: Invalid API Key provided: \[REDACTED\].*request id: req_/,
      );
      assert.match(error.message, /\nSet a valid key/);
      assert.equal(error.kind, "authentication");
    }));

  it("names the permission that a restricted key lacks", () =>
    withFeatures(async (emulator) => {
      const apiKey = emulator.sandbox.restrictedKey({ account: "read" });
      const { kind, message } = await programRejection(configFor(emulator, { apiKey }), getSso);
      assert.match(message, /the API key lacks a permission: .*Enabling "Entitlements Read"/);
      assert.equal(kind, "permission");
    }));

  it("comes after the configured retries when Stripe fails", () =>
    withFeatures(async (emulator) => {
      emulator.faults.add({ kind: "status", status: 500, times: 1 });
      const { lookupKey } = await inRun(configFor(emulator, { maxRetries: "1" }), getSso);
      assert.equal(lookupKey, "sso");
      emulator.faults.add({ kind: "status", status: 500 });
      const { kind, message } = await programRejection(configFor(emulator), getSso);
      assert.match(message, /^Feature \(lookup key "sso"\): Stripe failed: /);
      assert.match(message, /\nRun the command again\./);
      assert.equal(kind, "api");
    }));
});
