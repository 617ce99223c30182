import assert from "node:assert/strict";
import { startEmulator } from "../../../emulator/index";
import { StripeApi } from "../../../provider/stripe/api";
import { RateLimiter, type RateLimits } from "../../../provider/stripe/rate-limit";
import { clientOf } from "../../support/stripe-client";
import { VirtualClock } from "../../support/virtual-clock";

interface Start {
  readonly at: number;
  readonly endpoint: string;
  readonly number: number;
}

/** A limiter and the starts that it has allowed. */
class Watched {
  readonly starts: Start[] = [];
  readonly limiter: RateLimiter;
  #asked = 0;

  constructor(
    readonly clock: VirtualClock,
    limits: RateLimits,
  ) {
    this.limiter = new RateLimiter(limits);
  }

  ask(count: number, endpoint = "GET /"): void {
    for (let n = 0; n < count; n += 1) {
      const number = this.#asked++;
      void this.limiter.acquire(endpoint).then(() => this.starts.push({ at: this.clock.now, endpoint, number }));
    }
  }

  between(from: number, to: number): number {
    return this.starts.filter(({ at }) => at >= from && at < to).length;
  }
}

/** The most starts in any window of one second. */
function mostInOneSecond(times: readonly number[]): number {
  const most = times.map((from) => times.filter((at) => at >= from && at < from + 1_000).length);
  return Math.max(0, ...most);
}

describe("The rate limiter", () => {
  it("never starts more requests in any second than it may, and never fewer when they wait", async () => {
    using clock = new VirtualClock();
    const watched = new Watched(clock, { total: 10, perEndpoint: 10 });
    watched.ask(4);
    await clock.pass(900);
    watched.ask(31);
    await clock.pass(3_000);
    const times = watched.starts.map(({ at }) => at);
    assert.equal(times.length, 35);
    assert.equal(mostInOneSecond(times), 10);
    assert.deepEqual([watched.between(0, 900), watched.between(900, 1_000), watched.between(1_000, 1_900)], [4, 6, 4]);
  });

  it("starts requests of one endpoint in the order in which they came", async () => {
    using clock = new VirtualClock();
    const watched = new Watched(clock, { total: 6, perEndpoint: 3 });
    for (let n = 0; n < 10; n += 1) {
      watched.ask(1, "GET /a");
      watched.ask(1, "GET /b");
    }
    await clock.pass(4_000);
    for (const endpoint of ["GET /a", "GET /b"]) {
      const numbers = watched.starts.filter((start) => start.endpoint === endpoint).map(({ number }) => number);
      assert.equal(numbers.length, 10);
      assert.deepEqual(
        numbers,
        numbers.toSorted((one, other) => one - other),
      );
    }
  });

  it("does not let one endpoint have more than its share, and does not hold back the others", async () => {
    using clock = new VirtualClock();
    const watched = new Watched(clock, { total: 10, perEndpoint: 4 });
    watched.ask(20, "POST /busy");
    watched.ask(4, "GET /quiet");
    await clock.pass(999);
    assert.equal(watched.starts.filter(({ endpoint }) => endpoint === "POST /busy").length, 4);
    assert.equal(watched.starts.filter(({ endpoint }) => endpoint === "GET /quiet").length, 4);
  });

  it("counts all endpoints together", async () => {
    using clock = new VirtualClock();
    const watched = new Watched(clock, { total: 5, perEndpoint: 5 });
    for (const endpoint of ["a", "b", "c", "d"]) watched.ask(5, endpoint);
    await clock.pass(3_500);
    assert.equal(watched.starts.length, 20);
    assert.equal(mostInOneSecond(watched.starts.map(({ at }) => at)), 5);
  });

  it("halves its rate on a 429, once for all the refusals of one second", async () => {
    using clock = new VirtualClock();
    const watched = new Watched(clock, { total: 20, perEndpoint: 20 });
    for (let n = 0; n < 5; n += 1) watched.limiter.slowDown("GET /");
    watched.ask(100);
    await clock.pass(999);
    assert.equal(watched.starts.length, 10);
  });

  it("comes back to its full rate step by step, and goes no further", async () => {
    using clock = new VirtualClock();
    const watched = new Watched(clock, { total: 20, perEndpoint: 20 });
    watched.limiter.slowDown("GET /");
    watched.ask(400);
    await clock.pass(12_000);
    const times = watched.starts.map(({ at }) => at);
    assert(watched.between(1_000, 2_000) > 10 && watched.between(1_000, 2_000) < 20, "half-way back after a second");
    assert.equal(watched.between(8_000, 9_000), 20);
    assert.equal(mostInOneSecond(times), 20);
  });

  it("never comes to a stand, however often it is refused", async () => {
    using clock = new VirtualClock();
    const watched = new Watched(clock, { total: 2, perEndpoint: 1 });
    watched.ask(8);
    for (let second = 0; second < 9; second += 1) {
      watched.limiter.slowDown("GET /");
      await clock.pass(1_000);
    }
    assert.equal(watched.starts.length, 8);
  });

  it("may have a rate that is no whole number", async () => {
    using clock = new VirtualClock();
    const watched = new Watched(clock, { total: 1.5, perEndpoint: 1.5 });
    watched.ask(3);
    await clock.pass(2_500);
    assert.equal(watched.starts.length, 3);
  });
});

describe("A client", () => {
  it("keeps its rate on the server's clock", async () => {
    await using emulator = await startEmulator();
    const limits = { total: 30, perEndpoint: 30 };
    const stripe = new StripeApi(clientOf(emulator.url, { apiKey: emulator.apiKey, limits }));
    const { id } = emulator.sandbox.dashboard.createFeature({ lookupKey: "sso", name: "SSO" });
    await Promise.all(Array.from({ length: 45 }, () => stripe.retrieveFeature(id)));
    const times = emulator.requests.entries.map(({ startedAt }) => startedAt);
    assert.equal(times.length, 45);
    const spread = Math.max(...times) - Math.min(...times);
    // 900 and not 1,000: the first requests may have been on their way for longer than the later ones.
    assert(spread >= 900, `45 requests within ${spread} ms`);
  });

  it("lets all its requests wait when one of them is told to slow down", async () => {
    await using emulator = await startEmulator({
      faults: [{ kind: "status", status: 429, code: "rate_limit", times: 1 }],
    });
    const limits = { total: 10, perEndpoint: 10 };
    const stripe = new StripeApi(clientOf(emulator.url, { apiKey: emulator.apiKey, limits }));
    const { id } = emulator.sandbox.dashboard.createFeature({ lookupKey: "sso", name: "SSO" });
    await stripe.retrieveFeature(id);
    await Promise.all(Array.from({ length: 4 }, () => stripe.retrieveFeature(id)));
    // The refused request and its second try were two of the five that are left for this second.
    const times = emulator.requests.entries.map(({ startedAt }) => startedAt);
    assert.equal(times.length, 6);
    assert(Math.max(...times) - Math.min(...times) >= 900, "six requests in a second that had room for five");
  });

  it("is not slowed down by the lock of one object", async () => {
    await using emulator = await startEmulator({
      faults: [{ kind: "status", status: 429, code: "lock_timeout", times: 1 }],
    });
    const limits = { total: 10, perEndpoint: 10 };
    const stripe = new StripeApi(clientOf(emulator.url, { apiKey: emulator.apiKey, limits }));
    const { id } = emulator.sandbox.dashboard.createFeature({ lookupKey: "sso", name: "SSO" });
    const started = performance.now();
    await Promise.all(Array.from({ length: 8 }, () => stripe.retrieveFeature(id)));
    assert.equal(emulator.requests.count(), 9);
    assert(performance.now() - started < 900, "waited for the next second");
  });
});
