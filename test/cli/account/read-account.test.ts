import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { connect } from "../../../cli/account/connection";
import { readAccount } from "../../../cli/account/read-account";
import type { Io } from "../../../cli/io";
import { Progress } from "../../../cli/progress";
import { type Emulator, startEmulator } from "../../../emulator";

const times = { first: 0, onTerminal: 1, elsewhere: 1 };

function ioFor(emulator: Emulator): Io {
  return {
    stdin: new PassThrough(),
    stdout: new PassThrough(),
    stderr: new PassThrough(),
    env: { STRIPE_API_BASE: emulator.url, STRIPE_API_KEY: emulator.apiKey },
    cwd: "/",
    untilInterrupted: () => new Promise(() => undefined),
    exitCode: 0,
  };
}

function fill({ sandbox: { dashboard } }: Emulator, features: number, products: number): void {
  const ids = Array.from(
    { length: features },
    (_, n) => dashboard.createFeature({ lookupKey: `key-${n}`, name: `Feature ${n}` }).id,
  );
  for (let n = 0; n < products; n += 1) {
    const { id } = dashboard.createProduct({ name: `Product ${n}` });
    for (const feature of ids.slice(0, n === 0 ? features : 1)) dashboard.attach(id, feature);
  }
}

describe("readAccount", () => {
  let emulator: Emulator;

  beforeEach(async () => {
    emulator = await startEmulator();
  });

  afterEach(() => emulator.close());

  it("reads an account with the pages of its lists and one read of the account", async () => {
    fill(emulator, 120, 103);
    const io = ioFor(emulator);
    using progress = new Progress(io.stderr);
    const isWanted = ({ name }: { name: string }) => /^Product [0-4]$/.test(name);
    const found = await readAccount(await connect(io, { live: false }), progress, { isWanted });
    assert.deepEqual([found.account, found.mode], [emulator.sandbox.account, "test"]);
    assert.equal(found.features.length, 120);
    assert.deepEqual([found.products.length, found.otherProducts.length], [5, 98]);
    assert.equal(found.products.flatMap(({ attachments }) => attachments).length, 120 + 4);
    const counts = new Map<string, number>();
    for (const { method, path } of emulator.requests.entries) {
      const route = `${method} ${path.replace(/prod_\w+/, ":product")}`;
      counts.set(route, (counts.get(route) ?? 0) + 1);
    }
    assert.deepEqual(Object.fromEntries(counts), {
      "GET /v1/account": 1,
      "GET /v1/entitlements/features": 2,
      "GET /v1/products": 2,
      "GET /v1/products/:product/features": 2 + 4,
    });
  });

  it("leaves out a product that is deleted while it reads", async () => {
    fill(emulator, 1, 2);
    emulator.faults.add({
      kind: "status",
      status: 404,
      code: "resource_missing",
      method: "GET",
      route: "/v1/products/:product/features",
      times: 1,
    });
    const io = ioFor(emulator);
    using progress = new Progress(io.stderr);
    const found = await readAccount(await connect(io, { live: false }), progress);
    assert.equal(found.products.length, 1);
  });

  it("sends no further requests after one that failed", async () => {
    fill(emulator, 1, 40);
    emulator.faults.add({ kind: "status", status: 403, method: "GET", route: "/v1/products/:product/features" });
    const io = ioFor(emulator);
    using progress = new Progress(io.stderr);
    const reading = readAccount(await connect(io, { live: false }), progress);
    await assert.rejects(reading, {
      name: "EntitlementsError",
      kind: "permission",
      hint: "Give the restricted key read access to Entitlements and Products, or use a key that has it.",
    });
    assert.ok(emulator.requests.count({ route: "/v1/products/:product/features" }) <= 16);
  });

  it("shows how far it is", async () => {
    fill(emulator, 3, 2);
    emulator.faults.add({ kind: "latency", ms: 20 });
    const io = ioFor(emulator);
    let shown = "";
    io.stderr.on("data", (text) => {
      shown += text;
    });
    {
      using progress = new Progress(io.stderr, times);
      await readAccount(await connect(io, { live: false }), progress);
    }
    assert.match(shown, /^Read 3 features, 0 of 2 products, 0 attachments$/m);
  });
});
