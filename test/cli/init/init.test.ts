import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { itInFullRun } from "../../support/full-run";
import { Account } from "./account";

describe("stripe-entitlements init", () => {
  it("says first what it found, writes a program, and ends with the next commands", async () => {
    await using account = await Account.start();
    const [sso = "", log = ""] = account.features("sso", "audit-log");
    account.dashboard.setMetadata(sso, { team: "identity", a: "1", pulumi_owner: "acme/dev\u001b[2J/sso" });
    account.product({ id: "prod_team", name: "Team" }, [log]);
    account.product({ id: "prod_enterprise", name: "Enterprise (yearly)" }, [sso, log]);
    account.emulator.requests.clear();
    const { code, stdout, stderr } = await account.init();
    assert.deepEqual([code, stderr], [0, ""]);
    const id = account.emulator.sandbox.account;
    assert.match(stdout, new RegExp(`^${id}, test mode: 2 features, 2 products, 3 attachments\n`));
    assert.match(stdout, /1 of acme\/dev\\u001b\[2J$/m);
    assert.match(stdout, /Next:\n {2}npm install\n {2}pulumi stack select --create test\n/);
    assert.ok(account.emulator.requests.entries.every(({ method }) => method === "GET"));
    const catalog = await account.read("catalog.ts");
    assert.ok(
      catalog.includes(`{
  features: {
    "audit-log": { name: "Name of audit-log" },
    sso: { name: "Name of sso", metadata: { a: "1", team: "identity" } },
  },
  plans: {
    "enterprise-yearly": { features: ["audit-log", "sso"] },
    team: { features: ["audit-log"] },
  },
}`),
      catalog,
    );
    assert.deepEqual(parse(await account.read("Pulumi.test.yaml")), {
      config: {
        "entitlements:products": { "enterprise-yearly": "prod_enterprise", team: "prod_team" },
        "stripe-entitlements:account": id,
        "stripe-entitlements:mode": "test",
      },
    });
    assert.deepEqual(
      [...(await account.files()).keys()],
      ["Pulumi.test.yaml", "Pulumi.yaml", "catalog.ts", "index.ts", "package.json", "tsconfig.json"],
    );
  });

  it("needs only a restricted key with read access to entitlements and products", async () => {
    await using account = await Account.start();
    account.product({ id: "prod_team", name: "Team" }, account.features("sso"));
    const key = account.emulator.sandbox.restrictedKey({ entitlements: "read", products: "read" });
    const { code, stdout } = await account.init(["--api-key-stdin"], {
      env: { STRIPE_API_KEY: undefined },
      stdin: `${key}\n`,
    });
    assert.equal(code, 0);
    assert.match(stdout, /^an account that the key may not read, test mode: 1 feature, 1 product, 1 attachment\n/);
    assert.doesNotMatch(await account.read("Pulumi.test.yaml"), /stripe-entitlements:account/);
  });

  it("reads a live account with --live only, for a stack of its own", async () => {
    await using account = await Account.start();
    const { dashboard, apiKey } = account.emulator.live;
    dashboard.createFeature({ lookupKey: "sso", name: "SSO" });
    const env = { STRIPE_API_KEY: apiKey };
    assert.equal((await account.init([], { env })).code, 1);
    assert.deepEqual(account.emulator.requests.entries, []);
    const { code, stdout } = await account.init(["--live"], { env });
    assert.equal(code, 0);
    assert.match(stdout, /^acct_\w+, live mode: 1 feature, /);
    assert.match(await account.read("Pulumi.live.yaml"), /stripe-entitlements:mode: live/);
  });

  it("writes the same bytes on a second run and in another order of Stripe's lists", async () => {
    await using account = await Account.start();
    await using other = await Account.start();
    for (const [each, keys] of [
      [account, ["b", "a", "10", "9"]],
      [other, ["9", "10", "a", "b"]],
    ] as const) {
      const ids = each.features(...keys);
      const byKey = (key: string) => ids[keys.indexOf(key as never)] ?? "";
      for (const id of keys[0] === "b" ? ["prod_2", "prod_1"] : ["prod_1", "prod_2"]) {
        each.product({ id, name: "Team" }, (keys[0] === "b" ? ["a", "9", "b"] : ["b", "a", "9"]).map(byKey));
      }
      assert.equal((await each.init()).code, 0);
    }
    const first = await account.files();
    assert.equal((await account.init()).code, 0);
    assert.equal((await account.init(["--force"])).code, 0);
    assert.deepEqual(await account.files(), first);
    assert.equal(await other.read("catalog.ts"), first.get("catalog.ts"));
  });

  it("overwrites no file without --force, and names the files", async () => {
    await using account = await Account.start();
    account.product({ id: "prod_team", name: "Team" }, account.features("sso"));
    const mine = JSON.stringify({ dependencies: { "@pulumi/pulumi": "*", "pulumi-stripe-entitlements": "*" } });
    for (const file of ["catalog.ts", "package.json"]) await writeFile(join(account.folder, file), mine);
    await writeFile(join(account.folder, "Pulumi.test.yaml"), "config:\n  stripe-entitlements:account: acct_other\n");
    const before = await account.files();
    const { code, stderr } = await account.init();
    assert.equal(code, 1);
    assert.match(
      stderr,
      /^stripe-entitlements: catalog\.ts, Pulumi\.test\.yaml \(stripe-entitlements:account\) exist with another content\. Nothing was written\n/,
    );
    assert.deepEqual(await account.files(), before);
    const { stdout } = await account.init(["--force"]);
    assert.match(await account.read("catalog.ts"), /defineCatalog/);
    assert.equal(await account.read("package.json"), mine);
    assert.match(stdout, /^ {2}npm install ts-node typescript@6$/m);
    assert.match(await account.read("Pulumi.test.yaml"), new RegExp(`account: ${account.emulator.sandbox.account}`));
  });

  it("keeps the name of an existing project, and what a stack has: secrets and comments", async () => {
    await using account = await Account.start();
    account.product({ id: "prod_team", name: "Team" }, account.features("sso"));
    await writeFile(join(account.folder, "Pulumi.yaml"), "name: acme\nruntime: nodejs\n");
    const secret = `secure: ${"v1:0123456789abcdef".repeat(10)}`;
    const stack = `encryptionsalt: v1:abc\nconfig:\n  # Ours.\n  stripe-entitlements:apiKey:\n    ${secret}\n`;
    await writeFile(join(account.folder, "Pulumi.dev.yaml"), stack);
    assert.equal((await account.init(["--stack", "dev"])).code, 0);
    const added = `  acme:products:\n    team: prod_team\n`;
    const text = await account.read("Pulumi.dev.yaml");
    assert.ok(text.startsWith(stack + added), text);
    assert.equal(await account.read("Pulumi.yaml"), "name: acme\nruntime: nodejs\n");
    const { code, stderr } = await account.init(["--project", "other"]);
    assert.equal(code, 1);
    assert.match(stderr, /Pulumi\.yaml has the project "acme", not "other"/);
  });

  it("takes plan names from metadata, else from names, and makes them unique with the ids", async () => {
    await using account = await Account.start();
    const [sso = ""] = account.features("sso");
    for (const [id, name, plan] of [
      ["prod_aaaaaa111111", "Team", undefined],
      ["prod_aaaaaa222222", "TEAM!", undefined],
      ["prod_emoji", "🎉", undefined],
      ["prod_accent", "Équipe “Über”", undefined],
      ["prod_japan", "エンタープライズ プラン", undefined],
      ["prod_meta", "Enterprise", "ent"],
    ] as const) {
      account.product({ id, name }, [sso]);
      if (plan !== undefined) await setProductMetadata(account, id, { plan });
    }
    const { stdout } = await account.init(["--plan-key", "metadata.plan"]);
    const config = parse(await account.read("Pulumi.test.yaml")).config["entitlements:products"];
    assert.deepEqual(config, {
      ent: "prod_meta",
      "equipe-uber": "prod_accent",
      prod_emoji: "prod_emoji",
      "team-111111": "prod_aaaaaa111111",
      "team-222222": "prod_aaaaaa222222",
      "エンタープライズ-プラン": "prod_japan",
    });
    assert.match(stdout, /share a name:\n {2}prod_aaaaaa111111 \("Team"\): team-111111\n {2}prod_aaaaaa222222/);
    assert.match((await account.init(["--plan-key", "plan"])).stderr, /It must be metadata\. and the key/);
  });

  it("names plans within the limits of a catalog, also for long ids and names", async () => {
    await using account = await Account.start();
    const [sso = ""] = account.features("sso");
    const long = "prod_".padEnd(200, "x");
    for (const id of [`${long}1`, `${long}2`]) account.product({ id, name: "🎉" }, [sso]);
    for (const id of [`${long}3_000000`, `${long}4_000000`]) account.product({ id, name: "Team ".repeat(40) }, [sso]);
    assert.equal((await account.init()).code, 0);
    const config: object = parse(await account.read("Pulumi.test.yaml")).config["entitlements:products"];
    assert.equal(new Set(Object.keys(config)).size, 4);
    assert.ok(Object.keys(config).every((plan) => plan.length <= 80));
    assert.equal((await account.init(["--check"])).code, 0);
  });

  it("reports what it leaves out, with counts", async () => {
    await using account = await Account.start();
    const [old = ""] = account.features("sso");
    account.product({ id: "prod_team", name: "Team" }, [old]);
    account.dashboard.archiveFeature(old);
    const [sso = ""] = account.features("sso");
    const metadata = Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`key${n}`, "x"]));
    const { id: full } = account.dashboard.createFeature({ lookupKey: "full", name: "Full", metadata });
    account.product({ id: "prod_enterprise", name: "Enterprise" }, [sso, full]);
    account.product({ id: "prod_old", name: "Old", active: false }, [sso]);
    const { stdout } = await account.init();
    assert.match(stdout, /^acct_\w+, test mode: 2 features, 2 products, 3 attachments$/m);
    assert.ok(
      stdout.includes(`
Left out:
  1 archived feature
  1 attachment of archived features
  1 archived product (--archived-products includes them)
  1 product without features
  1 feature that a program cannot declare
  1 attachment of these features
    ${full} ("full"): features.full.metadata: has 50 keys, at most 49 fit: Stripe keeps 50, and one of them is the provider's marker pulumi_owner
`),
      stdout,
    );
    assert.match(await account.read("catalog.ts"), /plans: \{\n {4}enterprise: \{ features: \["sso"\] \},\n {2}\}/);
    const check = await account.init(["--check"]);
    assert.equal(check.code, 0);
    assert.match(
      check.stdout,
      /^Left out:\n {2}1 attachment of archived features\n(.|\n)*declares all that a program can/m,
    );
    await account.init(["--archived-products", "--force"]);
    assert.match(await account.read("catalog.ts"), /old: \{ features: \["sso"\] \}/);
  });

  it("says how far it is on standard error when it takes more than a second", async () => {
    await using account = await Account.start();
    account.product({ id: "prod_team", name: "Team" }, account.features("sso"));
    account.emulator.faults.add({ kind: "latency", ms: 1_500, route: "/v1/products/:product/features" });
    const { code, stderr } = await account.init();
    assert.equal(code, 0);
    assert.match(stderr, /^Read 1 feature, 0 of 1 product, 0 attachments$/m);
    const terminal = await account.init([], { isTerminal: true });
    const clearLine = "\r\u001b[K";
    assert.ok(terminal.stderr.includes(`${clearLine}Read 1 feature, 0 of 1 product, 0 attachments`));
    assert.ok(terminal.stderr.endsWith(clearLine));
  });

  it("writes a program for an empty account", async () => {
    await using account = await Account.start();
    const { code, stdout } = await account.init();
    assert.equal(code, 0);
    assert.match(stdout, /: 0 features, 0 products, 0 attachments$/m);
    assert.equal((await account.init(["--check"])).code, 0);
  });

  it("prints its result as JSON", async () => {
    await using account = await Account.start();
    account.product({ id: "prod_team", name: "Team" }, account.features("sso"));
    const { stdout } = await account.init(["--json", "--out", "my plans", "--import-file", "my plans/import.json"]);
    const result = JSON.parse(stdout);
    assert.deepEqual(result.counts, { features: 1, products: 1, attachments: 1 });
    assert.deepEqual(result.files.at(-1), { file: "my plans/import.json", action: "created" });
    assert.deepEqual(result.next.slice(0, 4), [
      "cd 'my plans'",
      "npm install",
      "pulumi stack select --create test",
      "pulumi import --file import.json --generate-code=false --protect=false --yes",
    ]);
  });

  it("refuses a file of the program as the file for the import", async () => {
    await using account = await Account.start();
    for (const [file, args] of [
      ["catalog.ts", []],
      ["Pulumi.yaml", []],
      ["x/../index.ts", ["--force"]],
    ] as const) {
      const { code, stderr } = await account.init(["--import-file", file, ...args]);
      assert.equal(code, 1);
      assert.match(stderr, /is a file of the program\nChoose another name with --import-file\.\n$/);
    }
    assert.deepEqual([...(await account.files()).keys()], []);
  });

  it("says what an existing tsconfig.json needs for the import of JSON", async () => {
    for (const [compilerOptions, missing] of [
      [{ module: "commonjs", moduleResolution: "node" }, ["resolveJsonModule", "esModuleInterop"]],
      [{ module: "CommonJS", moduleResolution: "bundler", esModuleInterop: true }, []],
      [{ module: "node16" }, ["resolveJsonModule"]],
      [{ module: "NodeNext" }, []],
      [{ module: "nodenext", resolveJsonModule: false }, ["resolveJsonModule"]],
    ] as const) {
      await using account = await Account.start();
      await writeFile(join(account.folder, "tsconfig.json"), JSON.stringify({ compilerOptions }));
      const { stdout } = await account.init(["--format", "json"]);
      const shown = [...stdout.matchAll(/^ {2}"(\w+)": true$/gm)].map(([, option]) => option);
      assert.deepEqual(shown, missing);
    }
  });

  it("writes nothing when a folder is in the way, and leaves no other file", async () => {
    await using account = await Account.start();
    await writeFile(join(account.folder, "file"), "");
    const { code, stderr } = await account.init(["--out", "file"]);
    assert.equal(code, 1);
    assert.match(stderr, /^stripe-entitlements: cannot read file\/Pulumi\.yaml: ENOTDIR/);
    assert.deepEqual([...(await account.files()).keys()], ["file"]);
  });

  it("names a broken file of the project, and writes nothing", async () => {
    for (const [file, text, message] of [
      ["package.json", "{", /package\.json is not JSON: /],
      ["Pulumi.yaml", "name: {", /Pulumi\.yaml cannot be read: /],
      ["Pulumi.yaml", "runtime: nodejs", /Pulumi\.yaml has no name of a project/],
      ["Pulumi.test.yaml", "config: [", /Pulumi\.test\.yaml is not the configuration of a stack/],
      ["Pulumi.test.yaml", "config:\n  a: *none\n", /Pulumi\.test\.yaml is not the configuration of a stack/],
    ] as const) {
      await using account = await Account.start();
      await writeFile(join(account.folder, file), text);
      const { code, stderr } = await account.init();
      assert.equal(code, 1);
      assert.match(stderr, message);
      assert.deepEqual([...(await account.files())], [[file, text]]);
    }
  });

  it("refuses a wrong stack, project and format, and options that exclude each other", async () => {
    await using account = await Account.start();
    for (const [args, message] of [
      [["--stack", "a b"], /--stack <name>' argument 'a b' is invalid/],
      [["--stack", ".."], /--stack <name>' argument '\.\.' is invalid/],
      [["--stack", "acme/../dev"], /is invalid/],
      [["--project", ""], /--project <name>' argument '' is invalid/],
      [["--format", "yaml"], /Allowed choices are ts, json/],
      [["--out", ""], /--out is empty/],
      [["--check", "--force"], /'--check' cannot be used with option '--force'/],
    ] as const) {
      const { code, stderr } = await account.init(args);
      assert.equal(code, 1);
      assert.match(stderr, message);
    }
    assert.deepEqual(account.emulator.requests.entries, []);
  });

  itInFullRun("reads 5,000 features and 300 products, says how far it is, and uses little memory", async function () {
    this.timeout(300_000);
    await using account = await Account.start();
    const ids = account.features(...Array.from({ length: 5_000 }, (_, n) => `feature-${n}`));
    for (let n = 0; n < 300; n += 1) account.product({ id: `prod_${n}`, name: `Plan ${n}` }, ids.slice(n, n + 20));
    account.emulator.requests.clear();
    const before = process.memoryUsage().heapUsed;
    const { code, stdout, stderr } = await account.init();
    assert.ok(process.memoryUsage().heapUsed - before < 300e6);
    assert.equal(code, 0);
    assert.match(stdout, /: 5,000 features, 300 products, 6,000 attachments\n/);
    assert.match(stderr, /^Read 5,000 features, \d+ of 300 products, [\d,]+ attachments$/m);
    // The account, 50 pages of features, one of archived features, 3 of products, one of each.
    assert.equal(account.emulator.requests.entries.length, 1 + 50 + 1 + 3 + 300);
  });
});

describe("stripe-entitlements init --products-only", () => {
  /** An account that has other ids, other features and other plans in live mode. */
  async function sandboxAndLive(): Promise<{ account: Account; env: Record<string, string>; id: string }> {
    const account = await Account.start();
    const [sso = "", api = ""] = account.features("sso", "api");
    for (const name of ["Team", "Enterprise", "New plan"]) account.product({ id: `prod_${name[0]}`, name }, [sso, api]);
    assert.equal((await account.init()).code, 0);
    account.emulator.requests.clear();
    const { dashboard, apiKey, account: id } = account.emulator.live;
    const old = dashboard.createFeature({ lookupKey: "sso", name: "SSO" });
    for (const product of ["prod_live_team", "prod_live_other"]) {
      dashboard.createProduct({ id: product, name: product === "prod_live_team" ? "Team" : "Other" });
      dashboard.attach(product, old.id);
    }
    dashboard.createProduct({ id: "prod_without", name: "Enterprise" });
    dashboard.createProduct({ id: "prod_second", name: "Team" });
    return { account, env: { STRIPE_API_KEY: apiKey }, id };
  }

  it("adds a stack for an account that differs, and names plans without a product", async () => {
    const { account, env, id } = await sandboxAndLive();
    await using _ = account;
    const before = await account.files();
    assert.match((await account.init(["--live"], { env })).stderr, /or add only a stack \(--products-only\)\.\n$/);
    const { code, stdout } = await account.init(["--live", "--products-only"], { env });
    assert.equal(code, 2);
    assert.ok(
      stdout.endsWith(`
Files:
  Pulumi.live.yaml: created

Plans without a product of their name:
  new-plan

Next:
  npm install
  pulumi stack select --create live
  pulumi config set --path entitlements:products.new-plan prod_…
  pulumi config set stripe-entitlements:adopt unowned
  pulumi up
  pulumi config rm stripe-entitlements:adopt
  pulumi preview --refresh --expect-no-changes
`),
      stdout,
    );
    const text = await account.read("Pulumi.live.yaml");
    assert.deepEqual(parse(text).config, {
      "entitlements:products": { enterprise: "prod_without", team: "prod_live_team" },
      "stripe-entitlements:account": id,
      "stripe-entitlements:mode": "live",
    });
    assert.deepEqual(await account.files(), new Map([["Pulumi.live.yaml", text], ...before]));
    assert.ok(account.emulator.requests.entries.every(({ method }) => method === "GET"));
  });

  it("keeps the products that the stack has, and exits with 0 once each plan has one", async () => {
    const { account, env } = await sandboxAndLive();
    await using _ = account;
    const mine = "config:\n  entitlements:products:\n    team: prod_second\n    new-plan: prod_live_other\n";
    await writeFile(join(account.folder, "Pulumi.live.yaml"), mine);
    const { code, stdout } = await account.init(["--live", "--products-only", "--json"], { env });
    const { files, withoutProduct } = JSON.parse(stdout);
    assert.deepEqual([code, files, withoutProduct], [0, [{ file: "Pulumi.live.yaml", action: "extended" }], []]);
    const text = await account.read("Pulumi.live.yaml");
    assert.ok(text.startsWith(`${mine}    enterprise: prod_without\n`), text);
    assert.equal((await account.init(["--live", "--products-only"], { env })).code, 0);
    assert.equal(await account.read("Pulumi.live.yaml"), text);
    const check = await account.init(["--live", "--check"], { env });
    assert.deepEqual([check.code, check.stderr], [2, ""]);
  });

  it("fails without a catalog, and for the stack of another account", async () => {
    const { account, env } = await sandboxAndLive();
    await using _ = account;
    const missing = await account.init(["--live", "--products-only", "--catalog", "none.ts"], { env });
    assert.deepEqual(
      [missing.code, missing.stderr.split("\n")[0]],
      [1, "stripe-entitlements: none.ts: there is no such file"],
    );
    const other = await account.init(["--live", "--products-only", "--stack", "test"], { env });
    assert.equal(other.code, 1);
    assert.match(other.stderr, /Pulumi\.test\.yaml \(.*stripe-entitlements:mode\) exists with another content/);
    await writeFile(join(account.folder, "Pulumi.broken.yaml"), "config: [");
    const broken = await account.init(["--live", "--products-only", "--stack", "broken"], { env });
    assert.match(broken.stderr, /Pulumi\.broken\.yaml is not the configuration of a stack/);
    const check = await account.init(["--live", "--check"], { env });
    assert.match(check.stderr, /Pulumi\.live\.yaml cannot be read: .*\n.*`stripe-entitlements init --products-only`/);
  });
});

describe("stripe-entitlements init --check", () => {
  it("lists what the catalog lacks, changes nothing, and exits with 2", async () => {
    await using account = await Account.start();
    const [sso = ""] = account.features("sso");
    account.product({ id: "prod_team", name: "Team" }, [sso]);
    assert.equal((await account.init()).code, 0);
    const inSync = await account.init(["--check"]);
    assert.equal(inSync.code, 0);
    assert.match(inSync.stdout, / 1 attachment\n\ncatalog\.ts declares all that a program can declare\.\n$/);

    const before = await account.files();
    const [api = ""] = account.features("api");
    account.dashboard.attach("prod_team", api);
    account.product({ id: "prod_new", name: "New" }, [sso, api]);
    const { code, stdout } = await account.init(["--check"]);
    assert.equal(code, 2);
    assert.match(
      stdout,
      new RegExp(
        `^.*: 2 features, 2 products, 4 attachments\n\nMissing in catalog\\.ts:
  feature "api": ${api}, "Name of api"
  plan for product prod_new \\("New"\\): features "api", "sso"
  plan "team": feature "api" of prod_team\n$`,
      ),
    );
    const json = await account.init(["--check", "--json"]);
    assert.equal(json.code, 2);
    const { missing } = JSON.parse(json.stdout);
    assert.deepEqual(missing.features, [{ lookupKey: "api", id: api, name: "Name of api" }]);
    assert.deepEqual(missing.products, [{ id: "prod_new", name: "New", features: ["api", "sso"] }]);
    assert.equal(missing.attachments.length, 1);
    assert.deepEqual(await account.files(), before);
  });

  it("fails when there is no catalog, or the stack has no products", async () => {
    await using account = await Account.start();
    assert.match((await account.init(["--check"])).stderr, /catalog\.ts: there is no such file/);
    await writeFile(join(account.folder, "own.ts"), "export const catalog = { features: {}, plans: {} };");
    const { code, stderr } = await account.init(["--check", "--catalog", "own.ts"]);
    assert.equal(code, 1);
    assert.match(stderr, /Pulumi\.yaml cannot be read: there is no such file|Pulumi\.test\.yaml cannot be read/);
  });
});

async function setProductMetadata({ emulator }: Account, id: string, metadata: Record<string, string>): Promise<void> {
  const body = new URLSearchParams();
  for (const [key, value] of Object.entries(metadata)) body.set(`metadata[${key}]`, value);
  const headers = { authorization: `Bearer ${emulator.apiKey}` };
  const response = await fetch(`${emulator.url}/v1/products/${id}`, { method: "POST", headers, body });
  assert.equal(response.status, 200);
}
