import assert from "node:assert/strict";
import { inspect } from "node:util";
import { apiPath } from "../../../provider/stripe/path";
import { redact } from "../../../provider/stripe/redact";
import { featureSchema } from "../../../provider/stripe/schemas";
import { type ServedAnswer, serve } from "../../support/http-server";
import { stripeRejection } from "../../support/rejection";
import { clientOf, quickRetries } from "../../support/stripe-client";
import { errorBody } from "../../support/stripe-objects";

// Assembled, so that no text of this file looks like a key.
const key = (prefix: string) => `${prefix}_${"madeUp0123456789"}`;
const strangeKey = 'odd"key\\with-%-signs!0123456789';

describe("redact", () => {
  for (const prefix of ["sk_test", "sk_live", "rk_test", "rk_live", "pk_test", "pk_live", "sk_org", "sk_org_live"]) {
    it(`hides a key that begins with ${prefix}`, () => {
      assert.equal(redact(`before ${key(prefix)} after`), "before [REDACTED] after");
    });
  }

  it("hides a key that Stripe has masked in part", () => {
    assert.equal(redact("The provided key 'rk_live_***6789' may not"), "The provided key '[REDACTED]' may not");
    assert.equal(redact("Invalid API Key provided: odd****6789"), "Invalid API Key provided: [REDACTED]");
    assert.equal(redact("Expired API Key provided: sk_test_*…*6789"), "Expired API Key provided: [REDACTED]");
  });

  it("hides every key of a text, whatever stands around it", () => {
    const text = redact(`"${key("sk_test")}",${key("rk_live")};Bearer%20${key("sk_live")} x_${key("pk_test")}`);
    assert(!text.includes("madeUp"), text);
  });

  it("hides the secrets it is given, also where they look like no key", () => {
    assert.equal(redact(`a ${strangeKey} b ${strangeKey}`, strangeKey), "a [REDACTED] b [REDACTED]");
  });

  it("leaves the ids of objects alone, which support asks for", () => {
    const text = "feat_test_1 prod_sk_1 prodft_1 acct_1 req_1 disk_test task_live_now";
    assert.equal(redact(text), text);
  });

  it("leaves the text alone where a secret is too short to be one", () => {
    assert.equal(redact("a test of the text", "te"), "a test of the text");
  });

  it("takes no longer for a hostile text", () => {
    const hostile = `${"sk_test_*".repeat(20_000)}${"API Key provided: ".repeat(5_000)}`;
    const started = performance.now();
    redact(hostile);
    assert(performance.now() - started < 2_000);
  });
});

describe("An error of the client", () => {
  const feature = apiPath`/v1/entitlements/features/${"feat_1"}`;

  async function shown(apiKey: string, answer: ServedAnswer): Promise<string> {
    await using server = await serve(() => answer);
    const client = clientOf(server.url, { apiKey, retry: quickRetries(0) });
    const error = await stripeRejection(client.get(feature, featureSchema));
    return inspect(error, { depth: 10 });
  }

  for (const apiKey of [key("sk_test"), key("rk_live"), strangeKey]) {
    const name = apiKey === strangeKey ? "a key that looks like none" : apiKey.slice(0, 7);

    it(`hides ${name} when Stripe echoes it`, async () => {
      const body = errorBody({ message: `Invalid API Key provided: ${apiKey}` });
      assert(!(await shown(apiKey, { status: 401, body })).includes(apiKey));
    });

    it(`hides ${name} when a page that is not JSON shows it`, async () => {
      assert(!(await shown(apiKey, { body: `<p>${apiKey}</p>` })).includes("0123456789"));
    });

    it(`hides ${name} when only its beginning is shown`, async () => {
      const text = await shown(apiKey, { body: `${"-".repeat(45)}${apiKey}` });
      assert(!text.includes(apiKey.slice(0, 6)), text);
    });
  }

  it("tells what broke the connection without the key", async () => {
    await using server = await serve(() => "drop");
    const apiKey = key("sk_live");
    const client = clientOf(server.url, { apiKey, retry: quickRetries(0) });
    const error = await stripeRejection(client.get(feature, featureSchema));
    assert.equal(error.kind, "connection");
    assert(!inspect(error, { depth: 10 }).includes(apiKey));
  });
});
