import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { type Emulator, startEmulator } from "../../emulator";
import { apiVersion } from "../../provider/stripe/client";
import { until } from "../emulator/support";
import { newPrefix, runSuite } from "../rules-suite/run";
import { readSettings } from "../rules-suite/settings";
import type { Target } from "../rules-suite/target";
import { isFullRun, itInFullRun } from "../support/full-run";
import { rejection } from "../support/rejection";

const programSource = join(__dirname, "..", "rules-suite", "sandbox.ts");
const requestRate = 20;
const interruptions = isFullRun ? 6 : 1;
const maxRequestsBeforeStop = 60;
/** About the number of requests of a whole run. */
const everyRequest = 600;

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function start(emulator: Emulator, args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const child = spawn(process.execPath, ["-r", "ts-node/register/transpile-only", programSource, ...args], {
    env: { PATH: process.env["PATH"], STRIPE_API_BASE: emulator.url, STRIPE_API_KEY: emulator.apiKey, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  return { child, ended: endOf(child) };
}

async function endOf(child: ChildProcess): Promise<Ended> {
  assert.ok(child.stdout !== null && child.stderr !== null);
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  return { code: child.exitCode, stdout, stderr };
}

/** Returns an emulator as a target that is known by its key only. */
function targetOf({ url }: Emulator, apiKey: string): Target {
  return { apiBase: url, apiKey, apiVersion, requestsPerSecond: Number.POSITIVE_INFINITY, extras: {} };
}

/** Asserts that the server has no active features and no products. */
function assertNothingActive({ live, sandbox }: Emulator): void {
  for (const { dashboard } of [sandbox, live]) {
    assert.deepEqual(dashboard.features({ archived: false }), []);
    assert.deepEqual(dashboard.products(), []);
  }
}

/** Interrupts a run at a random moment and checks what is left. */
async function interruptAtRandom(): Promise<void> {
  await using emulator = await startEmulator({ faults: [{ kind: "latency", ms: 20, jitterMs: 20 }] });
  const { child, ended } = start(emulator, []);
  const requests = 1 + Math.floor(Math.random() * maxRequestsBeforeStop);
  const delay = Math.floor(Math.random() * 50);
  await until(() => emulator.requests.count() >= requests);
  await sleep(delay);
  child.kill("SIGINT");
  // A second signal changes nothing.
  await sleep(50);
  child.kill("SIGINT");
  const { code, stderr } = await ended;
  const when = `after ${requests} requests and ${delay} ms: ${stderr}`;
  assert.equal(code, 130, when);
  assert.match(stderr, /Stopped early/, when);
  assert.ok(emulator.requests.count() < everyRequest / 2, when);
  assertNothingActive(emulator);
}

describe("npm run test:sandbox", function () {
  this.timeout(60_000);

  it("prints a verdict for each rule, and removes only the objects it created", async () => {
    await using emulator = await startEmulator();
    const { dashboard } = emulator.sandbox;
    const feature = dashboard.createFeature({ lookupKey: "sso", name: "SSO" });
    const product = dashboard.createProduct({ name: "Team" });
    const attachment = dashboard.attach(product.id, feature.id);
    const { code, stderr, stdout } = await start(emulator, ["--only", "attachedTwice", "--only", "detach"]).ended;
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^not published before {2}attachedTwice: /m);
    assert.match(stdout, /^agrees +detach: /m);
    assert.match(stdout, /Removed: 2 attachments, 2 products, 2 features\./);
    assert.deepEqual(dashboard.features({ archived: false }), [feature]);
    assert.deepEqual(dashboard.productFeatures(product.id), [attachment]);
    assert.equal(dashboard.features({ archived: true }).length, 2);
  });

  itInFullRun(`sends no more than ${requestRate} requests in any second`, async () => {
    await using emulator = await startEmulator();
    assert.equal((await start(emulator, ["--only", "cursors"]).ended).code, 0);
    const starts = emulator.requests.entries.map(({ startedAt }) => startedAt).sort((a, b) => a - b);
    assert.ok(starts.length > 2 * requestRate, `${starts.length} requests`);
    const most = Math.max(...starts.map((from) => starts.filter((at) => at >= from && at < from + 1_000).length));
    assert.ok(most <= requestRate, `${most} requests in a second`);
    assertNothingActive(emulator);
  });

  itInFullRun("leaves nothing active after an interruption at a random moment", async () => {
    await Promise.all(Array.from({ length: interruptions }, interruptAtRandom));
  });

  itInFullRun("removes the objects of a killed run by their prefix, and nothing else", async () => {
    await using emulator = await startEmulator();
    const { dashboard } = emulator.sandbox;
    const existing = dashboard.createFeature({ lookupKey: "rules-00", name: "Existing" });
    const { child, ended } = start(emulator, ["--only", "cursors"]);
    await until(() => emulator.requests.count({ method: "POST" }) >= 8);
    child.kill("SIGKILL");
    const prefix = /begin with (rules-\w+-)/.exec((await ended).stdout)?.[1] ?? "";
    assert.ok(dashboard.features({ archived: false }).length > 1);
    assert.equal(dashboard.products().length, 1);
    const { code, stdout } = await start(emulator, ["--clean", prefix]).ended;
    assert.equal(code, 0);
    assert.match(stdout, /^Removed: [1-9]\d* attachments, 1 products, [1-9]\d* features\.$/m);
    assert.deepEqual(dashboard.features({ archived: false }), [existing]);
    assert.deepEqual(dashboard.products(), []);
  });

  itInFullRun("refuses a live key before any request", async () => {
    await using emulator = await startEmulator();
    const { code, stderr, stdout } = await start(emulator, [], { STRIPE_API_KEY: emulator.live.apiKey }).ended;
    assert.equal(code, 1);
    assert.match(stderr, /^STRIPE_API_KEY is a live key/);
    assert.ok(!`${stdout}${stderr}`.includes(emulator.live.apiKey));
    assert.equal(emulator.requests.count(), 0);
  });

  for (const [name, key, reason] of [
    ["a live key", "sk_live_madeUpForTests0123456789", /STRIPE_API_KEY is a live key/],
    ["a restricted live key", "rk_live_madeUpForTests0123456789", /STRIPE_API_KEY is a live key/],
    ["a publishable key", "pk_test_madeUpForTests0123456789", /STRIPE_API_KEY is not a key of a sandbox/],
    ["an organization key", "sk_org_test_madeUpForTests012345", /STRIPE_API_KEY is not a key of a sandbox/],
    ["no key", "", /STRIPE_API_KEY is not set/],
  ] as const) {
    it(`refuses ${name} without printing it`, () => {
      assert.throws(
        () => readSettings([], { STRIPE_API_KEY: key }),
        (error: Error) => reason.test(error.message) && (key === "" || !error.message.includes(key)),
      );
    });
  }

  it("refuses other live keys, unencrypted servers and unknown arguments", () => {
    const env = { STRIPE_API_KEY: "sk_test_madeUpForTests0123456789" };
    const live = { ...env, STRIPE_RESTRICTED_KEY: "rk_live_madeUpForTests0123456789" };
    assert.throws(() => readSettings([], live), /STRIPE_RESTRICTED_KEY is a live key/);
    assert.throws(() => readSettings([], { ...env, STRIPE_API_BASE: "http://example.com" }), /STRIPE_API_BASE/);
    assert.throws(() => readSettings(["--clean", "rules-"], env), /is not the prefix of a run/);
    assert.throws(() => readSettings(["--colour"], env), /--colour[\s\S]*Usage/);
    assert.equal(readSettings([], env).target.apiBase, "https://api.stripe.com");
  });

  for (const filled of [true, false]) {
    it(`stops at the first answer from live mode (${filled ? "with" : "no"} objects)`, async () => {
      const apiKey = "sk_test_madeUpForTests0123456789";
      await using emulator = await startEmulator({ accounts: [{ apiKeys: { live: apiKey } }] });
      const { dashboard } = emulator.live;
      const own = filled ? [dashboard.createFeature({ lookupKey: "sso", name: "SSO" })] : [];
      const { stopped } = await runSuite(targetOf(emulator, apiKey), { prefix: newPrefix() });
      assert.match(String(stopped), /^LiveModeError: The key acts in live mode/);
      assert.deepEqual(dashboard.features({ archived: false }), own);
      assert.deepEqual(dashboard.products(), []);
      assert.equal(emulator.requests.count({ method: "POST", livemode: true }) === 0, filled);
    });
  }

  it("fails with one line if the server refuses the key or cannot be reached", async () => {
    const emulator = await startEmulator();
    const apiKey = "sk_test_madeUpForTests0123456789";
    const refused = await rejection(runSuite(targetOf(emulator, apiKey), { prefix: newPrefix() }));
    assert.match(refused.message, /^listing \/v1\/entitlements\/features was answered 401: Invalid API Key/);
    assert.ok(!refused.message.includes("6789"));
    await emulator.close();
    const { code, stderr } = await start(emulator, []).ended;
    assert.equal(code, 1);
    assert.match(stderr, /^no answer from http:\/\/127\.0\.0\.1:\d+: /);
  });
});
