import assert from "node:assert/strict";
import { openLookups } from "../../../provider/lookups/lookups";
import { rejection } from "../../support/rejection";
import { setup } from "../../support/test-environment";

describe("Lookups.withoutAnswers", () => {
  it("shares the error about the key with the lookups that it comes from", async () => {
    await using env = await setup();
    const { url, apiKey } = env.emulator;
    const lookups = openLookups({ apiKey, apiBase: url, account: "acct_other" }, () => undefined);
    const errors = [
      await rejection(lookups.products(undefined)),
      await rejection(lookups.withoutAnswers().products(undefined)),
    ];
    assert.equal(errors[0], errors[1]);
    assert.equal(env.emulator.requests.count(), 1);
  });

  it("reads the account once for the errors about missing objects", async () => {
    await using env = await setup();
    const { url, apiKey } = env.emulator;
    const lookups = openLookups({ apiKey, apiBase: url }, () => undefined);
    for (const each of [lookups, lookups.withoutAnswers(), lookups.withoutAnswers()]) {
      await rejection(each.productFeatures("prod_gone"));
    }
    assert.equal(env.emulator.requests.count({ route: "/v1/account" }), 1);
    assert.deepEqual(env.requests, Array(3).fill("GET /v1/products/:product/features"));
  });
});
