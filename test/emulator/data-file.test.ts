import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type EmulatorOptions, startEmulator } from "../../emulator";
import { loadSqlite } from "../../emulator/storage/sqlite";
import { Client, featuresPath, type Running } from "./support";

describe("emulator data file", () => {
  let folder: string;
  let data: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "emulator-"));
    data = join(folder, "state.db");
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  /** Runs `test` with an emulator that keeps its state in the file. */
  async function withFile<T>(test: (running: Running) => T | Promise<T>, options: EmulatorOptions = {}): Promise<T> {
    await using emulator = await startEmulator({ data, ...options });
    return await test({ emulator, stripe: new Client(emulator.url, emulator.apiKey) });
  }

  /** Returns everything that the emulator shows of its default account's sandbox. */
  async function snapshot({ emulator, stripe }: Running) {
    const { dashboard, account, apiKey, publishableKey } = emulator.sandbox;
    return {
      account: (await stripe.get("/v1/account")).body,
      keys: [account, apiKey, publishableKey, emulator.live.apiKey],
      features: dashboard.features(),
      products: dashboard.products(),
      attachments: dashboard.products().map(({ id }) => dashboard.productFeatures(id)),
      customers: dashboard.customers(),
      entitlements: dashboard.customers().map(({ id }) => dashboard.activeEntitlements(id)),
    };
  }

  const sql = (statement: string) => {
    const database = new (loadSqlite().DatabaseSync)(data);
    database.exec(statement);
    database.close();
  };

  it("restores everything in its order", async () => {
    const before = await withFile(async (running) => {
      const { dashboard } = running.emulator.sandbox;
      const products = ["Team", "Enterprise", "Gone"].map((name) => dashboard.createProduct({ name }).id);
      const [team = "", enterprise = "", gone = ""] = products;
      for (let i = 0; i < 12; i++) {
        const { id } = dashboard.createFeature({
          lookupKey: `key-${i}`,
          name: `Feature ${i}`,
          metadata: { i: `${i}` },
        });
        for (const product of products) dashboard.attach(product, id);
        if (i % 4 === 0) dashboard.archiveFeature(id);
        if (i % 5 === 1) dashboard.renameFeature(id, `Renamed ${i}`);
        if (i % 6 === 2) dashboard.detach(enterprise, id);
      }
      dashboard.setProductActive(enterprise, false);
      dashboard.deleteProduct(gone);
      dashboard.createCustomer({ name: "Acme", products: [team, enterprise] });
      dashboard.detach(team, dashboard.features()[0]?.id ?? "");
      dashboard.deleteCustomer(dashboard.createCustomer({ name: "Left" }).id);
      return snapshot(running);
    });
    await withFile(async (running) => {
      assert.deepEqual(await snapshot(running), before);
      const { dashboard } = running.emulator.sandbox;
      const again = dashboard.createFeature({ lookupKey: "key-0", name: "Its key was free" });
      assert.equal(dashboard.features()[0]?.id, again.id, "a new one comes first");
      assert.throws(() => dashboard.createFeature({ lookupKey: "key-1", name: "Its key is in use" }));
    });
  });

  it("restores accounts, restricted and expired keys", async () => {
    const accounts = [{ id: "acct_platform" }, { id: "acct_shop", connectedTo: "acct_platform" }];
    const before = await withFile(
      ({ emulator }) => {
        const expired = emulator.live.restrictedKey({ products: "read" });
        emulator.live.expireKey(expired);
        return { own: emulator.apiKey, restricted: emulator.sandbox.restrictedKey({ products: "read" }), expired };
      },
      { accounts },
    );
    await withFile(
      async ({ emulator, stripe }) => {
        assert.equal(emulator.apiKey, before.own);
        const status = async (path: string, key: string) => (await stripe.get(path, {}, { key })).status;
        assert.equal(await status("/v1/products", before.restricted), 200);
        assert.equal(await status(featuresPath, before.restricted), 403);
        assert.equal(await status("/v1/products", before.expired), 401);
        const headers = { "stripe-account": "acct_shop" };
        assert.equal((await stripe.get("/v1/account", {}, { headers })).body.id, "acct_shop");
      },
      { accounts },
    );
  });

  it("replays idempotency keys after a restart", async () => {
    const sso = { lookup_key: "sso", name: "Single sign-on", metadata: { team: "identity" } };
    const k1 = { headers: { "idempotency-key": "k1" } };
    const first = await withFile(({ stripe }) => stripe.post(featuresPath, sso, k1));
    await withFile(async ({ emulator, stripe }) => {
      const again = await stripe.post(featuresPath, sso, k1);
      assert.deepEqual(again.body, first.body);
      assert.equal(again.headers.get("idempotent-replayed"), "true");
      assert.equal((await stripe.post(featuresPath, { ...sso, name: "Other" }, k1)).status, 400);
      assert.equal(emulator.sandbox.dashboard.features().length, 1);
    });
  });

  it("applies the seed to a new file only, completely or not at all", async () => {
    const products = [{ id: "prod_team", name: "Team", features: ["sso"] }];
    const features = [{ lookupKey: "sso", name: "Single sign-on" }];
    const broken = { features: [...features, ...features], products };
    await assert.rejects(startEmulator({ data, seed: broken }), /already uses that lookup key/);
    const count = ({ emulator: { sandbox } }: Running) => [
      sandbox.dashboard.features().length,
      sandbox.dashboard.productFeatures("prod_team").length,
    ];
    assert.deepEqual(await withFile(count, { seed: { features, products } }), [1, 1]);
    assert.deepEqual(await withFile(count, { seed: { features, products } }), [1, 1]);
  });

  it("refuses a key that differs from the stored one", async () => {
    const withKey = (test: string) => ({ accounts: [{ apiKeys: { test } }] });
    await withFile(({ emulator }) => assert.equal(emulator.apiKey, "sk_test_first"), withKey("sk_test_first"));
    await withFile(({ emulator }) => assert.equal(emulator.apiKey, "sk_test_first"), withKey("sk_test_first"));
    await withFile(({ emulator }) => assert.equal(emulator.apiKey, "sk_test_first"));
    await assert.rejects(
      withFile(() => undefined, withKey("sk_test_second")),
      (error: Error) => {
        assert.match(error.message, /has another test key for the account acct_\w+/);
        assert.doesNotMatch(error.message, /sk_test/);
        return true;
      },
    );
  });

  it("belongs to one process at a time", () =>
    withFile(async () => {
      await assert.rejects(
        startEmulator({ data }),
        /Cannot use the data file .*state\.db: another process is using it\.$/,
      );
    }));

  it("refuses a file of another program and does not change it", async () => {
    await writeFile(
      data,
      "Dear diary, today I wrote an emulator. It was a long day, and the night is young.\n".repeat(9),
    );
    await assert.rejects(startEmulator({ data }), /it is not a data file of the emulator/);
    await rm(data);
    sql("CREATE TABLE diary (entry TEXT)");
    await assert.rejects(startEmulator({ data }), /a database of another program/);
    sql("INSERT INTO diary VALUES ('still here')");
    await assert.rejects(startEmulator({ data: join(folder, "missing", "state.db") }), /unable to open database file/);
  });

  it("refuses an unknown layout", async () => {
    await withFile(({ emulator }) => emulator.sandbox.dashboard.createProduct({ name: "Team" }));
    sql("PRAGMA user_version = 7");
    await assert.rejects(startEmulator({ data }), /it has layout 7, but this version of the emulator needs layout 1/);
    sql("PRAGMA user_version = 1");
    assert.equal(await withFile(({ emulator }) => emulator.sandbox.dashboard.products().length), 1);
  });

  it("names a damaged file and how to start with an empty state", async () => {
    const damaged = /state\.db: it is damaged \(.+\)\. Move it away to start with an empty state\.$/;
    await withFile(({ emulator: { sandbox } }) => {
      for (let i = 0; i < 300; i++) sandbox.dashboard.createProduct({ name: `Plan ${i}` });
    });
    const whole = await readFile(data);
    for (const length of [0.25, 0.5, 0.75, 1]) {
      const torn = Buffer.from(whole.subarray(0, whole.length * length));
      // Only the first page identifies the file.
      torn.fill(0x5a, 4096);
      await writeFile(data, torn);
      await assert.rejects(startEmulator({ data }), damaged, `${length}`);
    }
    await writeFile(data, whole);
    sql("UPDATE record SET content = '{' WHERE kind = 'product'");
    await assert.rejects(startEmulator({ data }), damaged);
    await rename(data, `${data}.damaged`);
    assert.equal(await withFile(({ emulator }) => emulator.sandbox.dashboard.products().length), 0);
  });

  it("refuses a name that SQLite reads as a temporary database", async () => {
    for (const name of ["", ":memory:"]) {
      await assert.rejects(startEmulator({ data: name }), { message: / would keep nothing\. Name a file/ });
    }
  });

  it("refuses changes once it is closed", async () => {
    const dashboard = await withFile(({ emulator }) => emulator.sandbox.dashboard);
    assert.throws(
      () => dashboard.createProduct({ name: "Late" }),
      /state\.db are closed, so this change cannot be saved/,
    );
    assert.deepEqual(await withFile(({ emulator }) => emulator.sandbox.dashboard.products()), []);
  });

  it("leaves a single file once it is closed", async () => {
    await withFile(({ emulator }) => emulator.sandbox.dashboard.createProduct({ name: "Team" }));
    assert.deepEqual(await readdir(folder), ["state.db"]);
  });

  it("refuses another default account than its own", async () => {
    await withFile(() => undefined, { accounts: [{ id: "acct_one" }] });
    await assert.rejects(
      withFile(() => undefined, { accounts: [{ id: "acct_two" }] }),
      /The data file belongs to the account acct_one, not to acct_two\./,
    );
    const accounts = [{ id: "acct_one" }, { id: "acct_two" }];
    assert.equal(await withFile(({ emulator }) => emulator.sandbox.account, { accounts }), "acct_one");
  });

  it("says which Node.js it needs where this one has no SQLite", async () => {
    const { getBuiltinModule } = process;
    process.getBuiltinModule = (() => undefined) as typeof getBuiltinModule;
    try {
      await assert.rejects(
        startEmulator({ data: join(folder, "state.db") }),
        /A data file needs Node\.js 22\.13 or later.* This is Node\.js \d+\./,
      );
    } finally {
      process.getBuiltinModule = getBuiltinModule;
    }
  });

  it("hides the warning about SQLite and no other warning", async () => {
    const program = `
      const { loadSqlite } = require("./emulator/storage/sqlite");
      loadSqlite();
      process.emitWarning("Something else", "ExperimentalWarning");
    `;
    const args = ["-r", "ts-node/register/transpile-only", "-e", program];
    const { stderr } = await promisify(execFile)(process.execPath, args, { timeout: 9000 });
    assert.match(stderr, /ExperimentalWarning: Something else/);
    assert.doesNotMatch(stderr, /SQLite/);
  });
});
