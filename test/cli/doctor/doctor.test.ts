import assert from "node:assert/strict";
import { ProxyServer } from "../../support/proxy-server";
import { Project } from "./project";

describe("stripe-entitlements doctor", function () {
  this.timeout(60_000);

  let project: Project;

  beforeEach(async () => {
    project = await Project.open();
  });

  afterEach(() => project[Symbol.asyncDispose]());

  it("ends with 0 for a healthy project, and reads each kind of object once", async () => {
    const { code, lines } = await project.check();
    assert.equal(code, 0);
    const others = lines.filter(({ status }) => status !== "ok").map(({ text }) => text);
    assert.deepEqual(others, [`The API is ${project.emulator.url}, which is not Stripe`]);
    const names = ["versions", "project", "installation", "copies", "types", "package manager", "configuration"];
    assert.deepEqual(
      [...new Set(lines.map(({ check }) => check))],
      [...names, "key", "network", "account", "permissions"],
    );
    const routes = project.emulator.requests.entries.map(({ method, route }) => `${method} ${route}`);
    assert.deepEqual(routes.toSorted(), [
      "GET /v1/account",
      "GET /v1/entitlements/features",
      "GET /v1/products",
      "GET /v1/products/:product/features",
    ]);
  });

  it("prints a line with the way out for each finding, and ends with 1 after a failure", async () => {
    await project.write("Pulumi.dev.yaml", "config:\n  stripe-entitlements:acount: acct_1\n");
    const { code, stdout, stderr } = await project.run();
    assert.deepEqual([code, stderr.replace(/^Checking: .*\n/gm, "")], [1, ""]);
    assert.match(stdout, /^ok {7}Node\.js v\d+/m);
    assert.match(stdout, /^failure {2}Pulumi\.dev\.yaml: .*acount is not a setting.*"account".*\n {9}Correct the key/m);
    assert.match(stdout, /^warning {2}Pulumi\.dev\.yaml: no account and no mode is set.*\n {9}Run `pulumi config set/m);
    assert.match(stdout, /\n\n\d+ ok, 2 warnings, 1 failure\n$/);
    assert.ok(!stdout.includes("\u001b"));
  });

  it("gives every warning and failure a way out, and has counts in its JSON", async () => {
    await project.write("Pulumi.yaml", "name: acme\nruntime: python\n");
    const { stdout } = await project.run(["--json"], { env: { STRIPE_API_KEY: "" } });
    const { summary, checks } = JSON.parse(stdout);
    assert.ok(summary.failure >= 2);
    assert.equal(summary.ok + summary.warning + summary.failure, checks.length);
    for (const { status, hint } of checks) assert.equal(hint !== undefined, status !== "ok");
  });

  it("colors its lines on a terminal only", async () => {
    const { stdout } = await project.run([], { isTerminal: true });
    assert.ok(stdout.startsWith("\u001b[32mok     \u001b[39m  Node.js"));
  });

  it("reports versions that are missing or too old", async () => {
    await project.addCommand("node", "v20.11.0");
    await project.addCommand("pulumi", "v3.100.0");
    const old = await project.check();
    assert.match(old.of("versions")[0] ?? "", /^failure Node\.js v20\.11\.0 on PATH is too old$/);
    assert.match(old.of("versions")[1] ?? "", /^warning Pulumi CLI v3\.100\.0 is older than/);
    await project.remove("bin/pulumi");
    const missing = await project.check();
    assert.equal(missing.code, 1);
    assert.equal(missing.of("versions")[1], "failure there is no pulumi on PATH");
  });

  it("checks key and connection where there is no project", async () => {
    const outcome = await project.check(["--project", "/"]);
    assert.equal(outcome.code, 0);
    assert.match(outcome.of("project")[0] ?? "", /^warning there is no Pulumi\.yaml here/);
    assert.deepEqual(outcome.of("installation"), []);
    assert.match(outcome.of("configuration")[0] ?? "", /^warning The environment: no account and no mode is set/);
    assert.match(outcome.of("account")[0] ?? "", /^ok The key belongs to acct_/);
  });

  it("finds the project in a folder above, and reports a broken file or another runtime", async () => {
    await project.write("src/deep/note.txt", "");
    assert.deepEqual((await project.check(["--project", "src/deep"])).of("project"), [
      "ok Project acme, runtime nodejs",
    ]);
    await project.write("Pulumi.yaml", "name: acme\nruntime: go\n");
    assert.deepEqual((await project.check()).of("project"), ["failure Project acme has the runtime go"]);
    await project.write("Pulumi.yaml", "runtime: [");
    const broken = await project.check();
    assert.equal(broken.code, 1);
    assert.match(broken.of("project")[0] ?? "", /^failure Pulumi\.yaml cannot be read: /);
  });

  it("runs the text of the state in the project's folder", async () => {
    await project.remove("node_modules/pulumi-stripe-entitlements/dynamic/product-feature.js");
    const broken = await project.check();
    assert.match(broken.of("installation")[0] ?? "", /^failure .* cannot load the provider: .*product-feature'/);
    await project.remove("node_modules");
    const missing = await project.check();
    assert.equal(missing.code, 1);
    assert.match(
      missing.of("installation")[0] ?? "",
      /Cannot find module 'pulumi-stripe-entitlements\/dynamic\/feature'/,
    );
    assert.equal(missing.of("installation")[1], "failure The project does not find @pulumi/pulumi");
  });

  it("looks in the folder of `main`", async () => {
    await project.write("Pulumi.yaml", "name: acme\nruntime: nodejs\nmain: app/\n");
    await project.write("app/index.ts", "");
    await project.install("app/node_modules", "pulumi-stripe-entitlements", "0.0.9");
    const outcome = await project.check();
    assert.equal(
      outcome.of("installation")[0],
      "ok The project loads the provider of pulumi-stripe-entitlements 0.0.9",
    );
    assert.match(
      outcome.of("installation")[1] ?? "",
      /^warning This command is of version .*, the project has 0\.0\.9$/,
    );
    await project.write("Pulumi.yaml", "name: acme\nruntime: nodejs\nmain: app/index.ts\n");
    assert.deepEqual((await project.check()).of("installation"), outcome.of("installation"));
  });

  it("reports an SDK that is too old, and several copies of the SDK and the package", async () => {
    await project.install("node_modules", "@pulumi/pulumi", "3.100.0");
    await project.install("node_modules/@pulumi/aws/node_modules", "@pulumi/pulumi", "3.230.0");
    await project.install("node_modules/.pnpm/lib@1.0.0/node_modules", "pulumi-stripe-entitlements", "0.0.1");
    const { of } = await project.check();
    assert.ok(of("installation").includes("failure @pulumi/pulumi 3.100.0 is too old"));
    assert.deepEqual(of("copies"), [
      "warning 2 copies of pulumi-stripe-entitlements: 0.1.0 in node_modules/pulumi-stripe-entitlements, " +
        "0.0.1 in node_modules/.pnpm/lib@1.0.0/node_modules/pulumi-stripe-entitlements",
      "warning 2 copies of @pulumi/pulumi: 3.100.0 in node_modules/@pulumi/pulumi, " +
        "3.230.0 in node_modules/@pulumi/aws/node_modules/@pulumi/pulumi",
    ]);
  });

  it("knows each setting that stops Pulumi from checking types", async () => {
    const types = async (surroundings = {}) => (await project.check([], surroundings)).of("types");
    const fast = (setting: string) => [`ok Types are not checked at each start (${setting})`];
    assert.deepEqual(await types(), fast("transpileOnly"));
    await project.write("base.json", `{ "compilerOptions": { "noCheck": true } }`);
    await project.write("tsconfig.json", `{ "extends": "./base.json" }`);
    assert.deepEqual(await types(), fast("noCheck"));
    await project.write("tsconfig.json", "{}");
    assert.match((await types())[0] ?? "", /^warning Pulumi checks the types at each start/);
    assert.deepEqual(
      await types({ env: { PULUMI_NODEJS_TRANSPILE_ONLY: "true" } }),
      fast("PULUMI_NODEJS_TRANSPILE_ONLY"),
    );
    await project.write("Pulumi.yaml", "name: acme\nruntime: { name: nodejs, options: { typescript: false } }\n");
    assert.deepEqual(await types(), fast("runtime.options.typescript in Pulumi.yaml"));
  });

  it("compares the package manager with the lock files", async () => {
    const manager = async () => (await project.check()).of("package manager");
    const set = (name: string) =>
      project.write("Pulumi.yaml", `name: acme\nruntime: { name: nodejs, options: { packagemanager: ${name} } }\n`);
    assert.deepEqual(await manager(), ["ok Package manager npm (package-lock.json)"]);
    await set("npm");
    await project.write("pnpm-lock.yaml", "");
    assert.deepEqual(await manager(), ["ok Package manager npm (packagemanager)"]);
    await project.remove("package-lock.json");
    assert.deepEqual(await manager(), ["warning packagemanager is npm, but the lock file is pnpm-lock.yaml"]);
    await set("cargo");
    assert.match((await manager())[0] ?? "", /^failure packagemanager in Pulumi\.yaml is cargo/);
    await set("auto");
    assert.match((await manager())[1] ?? "", /^warning pnpm does not run/);
    await project.write("package-lock.json", "{}");
    assert.match((await manager())[0] ?? "", /^warning Lock files of several .* Pulumi uses pnpm$/);
    await project.remove("package-lock.json");
    await project.remove("pnpm-lock.yaml");
    assert.deepEqual(await manager(), ["warning Package manager npm, without a lock file"]);
  });

  it("checks the configuration of each stack, or of the one that is given", async () => {
    await project.write(
      "Pulumi.live.yaml",
      "config:\n  stripe-entitlements:mode: liv\n  stripe-entitlements:apiKey: sk_live_a1b2c3d4\n",
    );
    const { code, of } = await project.check();
    assert.equal(code, 1);
    assert.deepEqual(of("configuration"), [
      "ok Pulumi.dev.yaml: keys of another account or mode are rejected",
      "failure Pulumi.live.yaml: the configuration value stripe-entitlements:mode must be test or live",
      "failure Pulumi.live.yaml: stripe-entitlements:apiKey is not encrypted",
      "warning Pulumi.live.yaml: no account is set, so the first `up` accepts keys of any account",
    ]);
    assert.ok(!(await project.run()).stdout.includes("a1b2c3d4"));
    assert.equal((await project.check(["--stack", "acme-corp/acme/dev"])).of("configuration").length, 1);
    const unknown = await project.check(["--stack", "prod"]);
    assert.equal(unknown.code, 1);
    assert.deepEqual(unknown.of("project"), ["failure the stack prod has no configuration file"]);
  });

  it("counts the values that the project and the environment set", async () => {
    const config = "  stripe-entitlements:account: { value: acct_1 }\n  stripe-entitlements:moed: test\n";
    await project.write("Pulumi.yaml", `name: acme\nruntime: nodejs\nconfig:\n${config}`);
    await project.write("Pulumi.dev.yaml", "");
    const { of } = await project.check([], { env: { STRIPE_ENTITLEMENTS_MODE: "test" } });
    assert.match(of("configuration")[0] ?? "", /^failure Pulumi\.dev\.yaml: stripe-entitlements:moed is not a setting/);
    assert.equal(of("configuration")[1], "ok Pulumi.dev.yaml: keys of another account or mode are rejected");
  });

  it("tells the kind and the mode of the key, and never shows it", async () => {
    const { sandbox, live } = project.emulator;
    const withKey = (STRIPE_API_KEY: string) => project.check([], { env: { STRIPE_API_KEY } });
    assert.deepEqual((await withKey("")).of("key"), ["failure There is no API key"]);
    const publishable = await withKey(sandbox.publishableKey);
    assert.equal(publishable.code, 1);
    assert.match(publishable.of("key")[0] ?? "", /^failure The API key: .*STRIPE_API_KEY is a publishable key/);
    const restricted = sandbox.restrictedKey({ account: "read", entitlements: "read", products: "read" });
    assert.deepEqual((await withKey(restricted)).of("key"), ["ok The API key is a restricted key of test mode"]);
    const ofLive = await withKey(live.apiKey);
    assert.deepEqual(ofLive.of("key"), [
      "ok The API key is a secret key of live mode",
      "failure The key is of live mode, but the configuration says test mode",
    ]);
    for (const key of [sandbox.publishableKey, restricted, live.apiKey]) {
      assert.ok(!(await project.run([], { env: { STRIPE_API_KEY: key } })).stdout.includes(key));
    }
  });

  it("says that a stack has an encrypted key, and takes that key from standard input", async () => {
    await project.write("Pulumi.dev.yaml", "config:\n  stripe-entitlements:apiKey:\n    secure: v1:abc\n");
    const { lines } = await project.check();
    const line = lines.find(({ check, status }) => check === "key" && status === "warning");
    assert.match(
      line?.hint ?? "",
      /`pulumi config get stripe-entitlements:apiKey --stack dev \| stripe-entitlements doctor/,
    );
    const piped = await project.check(["--api-key-stdin"], {
      stdin: project.emulator.apiKey,
      env: { STRIPE_API_KEY: "sk_test_other" },
    });
    assert.deepEqual(piped.of("key"), ["ok The API key is a secret key of test mode"]);
    assert.match(piped.of("account")[0] ?? "", /^ok /);
  });

  it("reports a server that cannot be reached, or is not Stripe", async () => {
    const unused = "http://127.0.0.1:1";
    const none = await project.check([], { env: { STRIPE_API_BASE: unused } });
    assert.equal(none.code, 1);
    assert.match(none.of("network")[0] ?? "", /^failure http:\/\/127\.0\.0\.1:1 cannot be reached: no answer/);
    assert.deepEqual([none.of("account"), none.of("permissions")], [[], []]);
    project.emulator.faults.add({ kind: "status", status: 200, body: "<html>Log in</html>" });
    assert.match((await project.check()).of("network")[0] ?? "", /^failure .* cannot be reached: /);
  });

  it("tries the proxy that is set, names it without its password, and reports an invalid one", async () => {
    await using proxy = await new ProxyServer().listen();
    const { HTTPS_PROXY } = process.env;
    try {
      // The HTTP client reads the environment of the process.
      process.env["HTTPS_PROXY"] = `http://user:secret@127.0.0.1:${proxy.port}`;
      const env = { STRIPE_API_BASE: "https://api.stripe.test", HTTPS_PROXY: process.env["HTTPS_PROXY"] };
      const [line = ""] = (await project.check([], { env })).of("network");
      const through = `through HTTPS_PROXY 127.0.0.1:${proxy.port}: `;
      assert.ok(line.startsWith(`failure https://api.stripe.test cannot be reached ${through}`), line);
      assert.doesNotMatch(line, /secret/);
      assert.ok(proxy.targets.includes("api.stripe.test:443"));
      process.env["HTTPS_PROXY"] = "proxy.example:8080";
      const [invalid] = (await project.check()).of("network");
      assert.equal(invalid, "failure Proxy: the environment variable HTTPS_PROXY is not the address of a proxy");
    } finally {
      if (HTTPS_PROXY === undefined) delete process.env["HTTPS_PROXY"];
      else process.env["HTTPS_PROXY"] = HTTPS_PROXY;
    }
  });

  it("reports a wrong account, a key that Stripe rejects, and an account that cannot be read", async () => {
    const account = async (env: Record<string, string>) => (await project.check([], { env })).of("account")[0] ?? "";
    assert.match(await account({ STRIPE_API_KEY: "sk_test_wrong" }), /^failure Stripe rejected the key: /);
    const key = project.emulator.sandbox.restrictedKey({ entitlements: "read", products: "read" });
    assert.match(
      await account({ STRIPE_API_KEY: key }),
      /^failure The key may not read its account, so it cannot be compared/,
    );
    await project.write("Pulumi.dev.yaml", "");
    assert.match(await account({ STRIPE_API_KEY: key }), /^warning The key may not read its account/);
    const other = { STRIPE_ENTITLEMENTS_ACCOUNT: "acct_other" };
    assert.match(await account(other), /^failure The key belongs to acct_\w+, but the configuration says acct_other$/);
  });

  it("tries each permission with a read, and says what it did not try", async () => {
    const { dashboard } = project.emulator.sandbox;
    const permissions = async (STRIPE_API_KEY: string) => project.check([], { env: { STRIPE_API_KEY } });
    const reader = await permissions(
      project.emulator.sandbox.restrictedKey({ account: "read", entitlements: "read", products: "read" }),
    );
    assert.equal(reader.code, 0);
    assert.deepEqual(reader.of("permissions").slice(0, 3), [
      "ok The key may read entitlements (features)",
      "ok The key may read products",
      "ok The key may read the features of products",
    ]);
    assert.match(reader.of("permissions")[3] ?? "", /^warning Whether the key may write .* was not tried/);
    const none = await permissions(project.emulator.sandbox.restrictedKey({ account: "read" }));
    assert.equal(none.code, 1);
    assert.match(none.of("permissions")[0] ?? "", /^failure The key may not read entitlements \(features\): /);
    dashboard.deleteProduct("prod_team");
    const empty = await permissions(project.emulator.apiKey);
    assert.equal(empty.of("permissions")[2], "ok The key may read the features of products");
    assert.equal(
      project.emulator.requests.count(({ method }) => method !== "GET"),
      0,
    );
  });

  it("reads the balance with a key whose prefix tells no mode", async () => {
    await project.write("Pulumi.dev.yaml", "config:\n  stripe-entitlements:mode: test\n");
    const { of } = await project.check([], { env: { STRIPE_API_KEY: "sk_org_made_up" } });
    assert.equal(of("key")[0], "ok The API key is a secret key whose prefix tells no mode");
    assert.match(of("key")[1] ?? "", /^failure The mode of the key cannot be compared with test mode/);
    assert.ok(of("permissions").includes("ok The key may read the balance"));
    assert.match(of("account")[0] ?? "", /, test mode$/);
  });
});
