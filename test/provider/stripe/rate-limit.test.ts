import assert from "node:assert/strict";
import type { EmulatorOptions } from "../../../emulator/index";
import { apiPath } from "../../../provider/stripe/path";
import { RateLimiter, type RateLimits } from "../../../provider/stripe/rate-limit";
import { setup } from "../../support/stripe-client";
import { anyObject } from "../../support/stripe-objects";
import { VirtualClock } from "../../support/virtual-clock";

interface Start {
  readonly at: number;
  readonly endpoint: string;
  readonly number: number;
}

/** A limiter on a virtual clock, with a record of the starts that it allowed. */
class RecordedLimiter {
  readonly clock = new VirtualClock();
  readonly starts: Start[] = [];
  readonly limiter: RateLimiter;
  #requests = 0;

  constructor(limits: RateLimits) {
    this.limiter = new RateLimiter(limits, this.clock);
  }

  request(count: number, endpoint = "GET /"): void {
    for (let n = 0; n < count; n += 1) {
      const number = this.#requests++;
      void this.limiter.acquire(endpoint).then(() => this.starts.push({ at: this.clock.now(), endpoint, number }));
    }
  }

  get times(): readonly number[] {
    return this.starts.map(({ at }) => at);
  }

  startsBetween(from: number, to: number): number {
    return this.starts.filter(({ at }) => at >= from && at < to).length;
  }

  startsOf(endpoint: string): readonly Start[] {
    return this.starts.filter((start) => start.endpoint === endpoint);
  }
}

/** Returns the largest number of starts in any window of one second. */
function mostInOneSecond(times: readonly number[]): number {
  const counts = times.map((from) => times.filter((at) => at >= from && at < from + 1_000).length);
  return Math.max(0, ...counts);
}

describe("RateLimiter", () => {
  it("starts exactly the allowed number of waiting requests in any second", async () => {
    const recorded = new RecordedLimiter({ total: 10, perEndpoint: 10 });
    recorded.request(4);
    await recorded.clock.advance(900);
    recorded.request(31);
    await recorded.clock.advance(3_000);
    assert.equal(recorded.times.length, 35);
    assert.equal(mostInOneSecond(recorded.times), 10);
    const counts = [
      recorded.startsBetween(0, 900),
      recorded.startsBetween(900, 1_000),
      recorded.startsBetween(1_000, 1_900),
    ];
    assert.deepEqual(counts, [4, 6, 4]);
  });

  it("keeps starts free for the pages of a list, until the list ends", async () => {
    const recorded = new RecordedLimiter({ total: 24, perEndpoint: 24 });
    const release = recorded.limiter.reserve("GET /features", 10);
    recorded.request(20, "GET /attachments");
    for (let page = 0; page < 10; page += 1) {
      recorded.request(1, "GET /features");
      await recorded.clock.advance(100);
    }
    const first = recorded.times[0] ?? 0;
    const pages = recorded.startsOf("GET /features").map(({ at }) => at - first);
    assert.deepEqual(pages, [0, 100, 200, 300, 400, 500, 600, 700, 800, 900]);
    const early = recorded.startsOf("GET /attachments").filter(({ at }) => at < first + 1_000);
    assert.equal(early.length, 14);
    release();
    await recorded.clock.advance(1_000);
    assert.equal(recorded.startsOf("GET /attachments").length, 20);
    assert.equal(mostInOneSecond(recorded.times), 24);
  });

  it("uses the starts that were kept free as soon as the list ends", async () => {
    const recorded = new RecordedLimiter({ total: 24, perEndpoint: 24 });
    const release = recorded.limiter.reserve("GET /features", 10);
    recorded.request(20, "GET /attachments");
    await recorded.clock.advance(100);
    assert.equal(recorded.times.length, 14);
    release();
    await recorded.clock.advance(20);
    assert.equal(recorded.times.length, 20);
  });

  it("never keeps more than half of the rate free", async () => {
    const recorded = new RecordedLimiter({ total: 4, perEndpoint: 4 });
    recorded.limiter.reserve("GET /features", 10);
    recorded.request(4, "GET /attachments");
    await recorded.clock.advance(500);
    assert.equal(recorded.times.length, 2);
  });

  it("starts the requests of one endpoint in the order of their calls", async () => {
    const recorded = new RecordedLimiter({ total: 6, perEndpoint: 3 });
    for (let n = 0; n < 10; n += 1) {
      recorded.request(1, "GET /a");
      recorded.request(1, "GET /b");
    }
    await recorded.clock.advance(4_000);
    for (const endpoint of ["GET /a", "GET /b"]) {
      const numbers = recorded.startsOf(endpoint).map(({ number }) => number);
      assert.equal(numbers.length, 10);
      assert.deepEqual(
        numbers,
        numbers.toSorted((one, other) => one - other),
      );
    }
  });

  it("limits one endpoint without delaying the others", async () => {
    const recorded = new RecordedLimiter({ total: 10, perEndpoint: 4 });
    recorded.request(20, "POST /busy");
    recorded.request(4, "GET /quiet");
    await recorded.clock.advance(999);
    assert.equal(recorded.startsOf("POST /busy").length, 4);
    assert.equal(recorded.startsOf("GET /quiet").length, 4);
  });

  it("limits all endpoints together", async () => {
    const recorded = new RecordedLimiter({ total: 5, perEndpoint: 5 });
    for (const endpoint of ["a", "b", "c", "d"]) recorded.request(5, endpoint);
    await recorded.clock.advance(3_500);
    assert.equal(recorded.times.length, 20);
    assert.equal(mostInOneSecond(recorded.times), 5);
  });

  it("accepts a rate that is not a whole number", async () => {
    const recorded = new RecordedLimiter({ total: 1.5, perEndpoint: 1.5 });
    recorded.request(3);
    await recorded.clock.advance(2_500);
    assert.equal(recorded.times.length, 3);
  });
});

describe("RateLimiter.slowDown", () => {
  it("halves the rate once for all calls within one second", async () => {
    const recorded = new RecordedLimiter({ total: 20, perEndpoint: 20 });
    for (let n = 0; n < 5; n += 1) recorded.limiter.slowDown("GET /");
    recorded.request(100);
    await recorded.clock.advance(999);
    assert.equal(recorded.times.length, 10);
  });

  it("lets the rate return in steps, up to the full rate", async () => {
    const recorded = new RecordedLimiter({ total: 20, perEndpoint: 20 });
    recorded.limiter.slowDown("GET /");
    recorded.request(400);
    await recorded.clock.advance(12_000);
    const secondSecond = recorded.startsBetween(1_000, 2_000);
    assert.ok(secondSecond > 10 && secondSecond < 20, `${secondSecond} starts, expected between 10 and 20`);
    assert.equal(recorded.startsBetween(8_000, 9_000), 20);
    assert.equal(mostInOneSecond(recorded.times), 20);
  });

  it("leaves at least one request per second", async () => {
    const recorded = new RecordedLimiter({ total: 2, perEndpoint: 1 });
    recorded.request(8);
    for (let second = 0; second < 9; second += 1) {
      recorded.limiter.slowDown("GET /");
      await recorded.clock.advance(1_000);
    }
    assert.equal(recorded.times.length, 8);
  });
});

describe("StripeClient limits", () => {
  /** Starts an emulator with one feature, and a client with a rate limit. */
  async function setupFeature(rate: number, emulator: EmulatorOptions = {}) {
    const env = await setup({ emulator, client: { limits: { total: rate, perEndpoint: rate } } });
    const { id } = env.dashboard.createFeature({ lookupKey: "sso", name: "SSO" });
    const get = () => env.client.get(apiPath`/v1/entitlements/features/${id}`, anyObject);
    const startTimes = () => env.emulator.requests.entries.map(({ startedAt }) => startedAt);
    return { ...env, get, startTimes };
  }

  it("keeps the limit on the clock of the server", async () => {
    await using env = await setupFeature(30);
    await Promise.all(Array.from({ length: 45 }, env.get));
    const times = env.startTimes();
    assert.equal(times.length, 45);
    const spread = Math.max(...times) - Math.min(...times);
    // 900 instead of 1,000: the first requests may take longer to arrive than later ones.
    assert.ok(spread >= 900, `45 requests within ${spread} ms`);
  });

  it("halves the limit for all requests after a 429", async () => {
    await using env = await setupFeature(10, {
      faults: [{ kind: "status", status: 429, code: "rate_limit", times: 1 }],
    });
    await env.get();
    await Promise.all(Array.from({ length: 4 }, env.get));
    // The refused request and its retry are two of the five that remain in this second.
    const times = env.startTimes();
    assert.equal(times.length, 6);
    assert.ok(Math.max(...times) - Math.min(...times) >= 900, "six requests in a second with a limit of five");
  });

  it("keeps the limit after a lock timeout", async () => {
    await using env = await setupFeature(10, {
      faults: [{ kind: "status", status: 429, code: "lock_timeout", times: 1 }],
    });
    const started = performance.now();
    await Promise.all(Array.from({ length: 8 }, env.get));
    assert.equal(env.emulator.requests.count(), 9);
    assert.ok(performance.now() - started < 900, "waited for the next second");
  });
});
