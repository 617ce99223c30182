import assert from "node:assert/strict";
import { inspect } from "node:util";
import { apiPath } from "../../../provider/stripe/path";
import { redact } from "../../../provider/stripe/redact";
import type { Reaction } from "../../support/http-server";
import { stripeRejection } from "../../support/rejection";
import { quickRetries, setupServer } from "../../support/stripe-client";
import { anyObject, errorBody } from "../../support/stripe-objects";

// Assembled, so that scanners for keys do not report this file.
const key = (prefix: string) => `${prefix}_${"madeUp0123456789"}`;
const unusualKey = 'odd"key\\with-%-signs!0123456789';

describe("redact", () => {
  for (const prefix of ["sk_test", "sk_live", "rk_test", "rk_live", "pk_test", "pk_live", "sk_org", "sk_org_live"]) {
    it(`masks a key that starts with ${prefix}`, () => {
      assert.equal(redact(`before ${key(prefix)} after`), "before [REDACTED] after");
    });
  }

  it("masks a key that Stripe masked in part", () => {
    assert.equal(redact("The provided key 'rk_live_***6789' may not"), "The provided key '[REDACTED]' may not");
    assert.equal(redact("Invalid API Key provided: odd****6789"), "Invalid API Key provided: [REDACTED]");
    assert.equal(redact("Expired API Key provided: sk_test_*…*6789"), "Expired API Key provided: [REDACTED]");
  });

  it("masks every key in a text, next to any character", () => {
    const text = redact(`"${key("sk_test")}",${key("rk_live")};Bearer%20${key("sk_live")} x_${key("pk_test")}`);
    assert.ok(!text.includes("madeUp"), text);
  });

  it("masks the given secrets in any form", () => {
    assert.equal(redact(`a ${unusualKey} b ${unusualKey}`, unusualKey), "a [REDACTED] b [REDACTED]");
  });

  it("keeps the ids of objects", () => {
    const text = "feat_test_1 prod_sk_1 prodft_1 acct_1 req_1 disk_test task_live_now";
    assert.equal(redact(text), text);
  });

  it("ignores secrets of fewer than 8 characters", () => {
    assert.equal(redact("a test of the text", "te"), "a test of the text");
  });

  it("takes less than 2 s for a text of 270,000 characters", () => {
    const hostile = `${"sk_test_*".repeat(20_000)}${"API Key provided: ".repeat(5_000)}`;
    const started = performance.now();
    redact(hostile);
    assert.ok(performance.now() - started < 2_000);
  });
});

describe("StripeError", () => {
  const feature = apiPath`/v1/entitlements/features/${"feat_1"}`;

  /** Returns the error, as it is printed, of a client with the key. */
  async function printedError(apiKey: string, reaction: Reaction): Promise<string> {
    await using env = await setupServer(() => reaction, { apiKey, retry: quickRetries(0) });
    const error = await stripeRejection(env.client.get(feature, anyObject));
    return inspect(error, { depth: 10 });
  }

  for (const apiKey of [key("sk_test"), key("rk_live"), unusualKey]) {
    const name = apiKey === unusualKey ? "a key of another form" : `a key with ${apiKey.slice(0, 7)}`;

    it(`does not contain ${name} that Stripe repeats`, async () => {
      const body = errorBody({ message: `Invalid API Key provided: ${apiKey}` });
      assert.ok(!(await printedError(apiKey, { status: 401, body })).includes(apiKey));
    });

    it(`does not contain ${name} that a page repeats`, async () => {
      assert.ok(!(await printedError(apiKey, { body: `<p>${apiKey}</p>` })).includes("0123456789"));
    });

    it(`does not contain the start of ${name} where the quoted text ends`, async () => {
      const text = await printedError(apiKey, { body: `${"-".repeat(45)}${apiKey}` });
      assert.ok(!text.includes(apiKey.slice(0, 6)), text);
    });
  }

  it("does not contain the key when the connection breaks", async () => {
    const apiKey = key("sk_live");
    await using env = await setupServer(() => "drop", { apiKey, retry: quickRetries(0) });
    const error = await stripeRejection(env.client.get(feature, anyObject));
    assert.equal(error.kind, "connection");
    assert.ok(!inspect(error, { depth: 10 }).includes(apiKey));
  });
});
