import assert from "node:assert/strict";
import { setTimeout } from "node:timers/promises";
import { StripeError, type StripeErrorKind } from "../../../provider/stripe/errors";
import { apiPath } from "../../../provider/stripe/path";
import { Waits, type WaitTimes } from "../../../provider/stripe/waits";
import { quickRetries, setupServer } from "../../support/stripe-client";
import { anyObject, errorBody, featureBody } from "../../support/stripe-objects";

const feature = apiPath`/v1/entitlements/features/${"feat_1"}`;
const first = 20;
const error = (kind: StripeErrorKind) => new StripeError("No.", { kind, route: "GET /" });

/** Returns waits, and the kinds of the causes that they report. */
function recordedWaits(times: Partial<WaitTimes> = {}) {
  const reported: (StripeErrorKind | undefined)[] = [];
  const waits = new Waits((cause) => void reported.push(cause?.kind), { first, again: 60_000, ...times });
  return { waits, reported };
}

describe("Waits", () => {
  it("reports each kind of cause once, however many requests wait", async () => {
    const { waits, reported } = recordedWaits();
    const all = Array.from({ length: 50 }, () => waits.create());
    for (const wait of all) wait.start();
    await setTimeout(3 * first);
    assert.deepEqual(reported, [undefined]);
    for (const [index, wait] of all.entries()) wait.recordFailure(error(index % 2 ? "api" : "connection"));
    await setTimeout(3 * first);
    for (const wait of all) wait.end();
    assert.deepEqual(reported.slice(1).sort(), ["api", "connection"]);
  });

  it("reports a cause again after some time", async () => {
    const { waits, reported } = recordedWaits({ again: 2 * first });
    const wait = waits.create();
    wait.start();
    wait.recordFailure(error("rateLimit"));
    while (reported.length < 2) await setTimeout(first);
    wait.end();
    assert.deepEqual(reported.slice(0, 2), ["rateLimit", "rateLimit"]);
  });

  it("reports neither a request that has not started nor one that has ended", async () => {
    const { waits, reported } = recordedWaits();
    const [queued, ended] = [waits.create(), waits.create()];
    ended.start();
    ended.end();
    await setTimeout(3 * first);
    queued.end();
    assert.deepEqual(reported, []);
  });
});

describe("StripeClient waits", () => {
  it("have the error of the latest attempt as their cause", async () => {
    const { waits, reported } = recordedWaits();
    const failure = { status: 503, body: errorBody({ type: "api_error" }) };
    const respond = () => (reported.includes("api") ? { body: featureBody() } : failure);
    await using env = await setupServer(respond, { waits, retry: { ...quickRetries(8), maxRetries: 1_000 } });
    await env.client.get(feature, anyObject);
    assert.equal(reported.filter((kind) => kind !== undefined).length, 1);
  });

  it("have no cause while the first attempt has no answer", async () => {
    const { waits, reported } = recordedWaits();
    const respond = async () => {
      while (reported.length === 0) await setTimeout(first);
      return { body: featureBody() };
    };
    await using env = await setupServer(respond, { waits });
    await env.client.get(feature, anyObject);
    assert.deepEqual(reported, [undefined]);
  });

  it("do not count the time in the queue of the rate limit", async () => {
    const { waits, reported } = recordedWaits({ first: 700 });
    const limits = { total: 1, perEndpoint: 1 };
    await using env = await setupServer(() => ({ body: featureBody() }), { waits, limits });
    await Promise.all([env.client.get(feature, anyObject), env.client.get(feature, anyObject)]);
    assert.deepEqual(reported, []);
  });
});
