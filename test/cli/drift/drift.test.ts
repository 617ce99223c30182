import assert from "node:assert/strict";
import { runCli } from "../run-cli";
import { Project } from "./project";

/** Makes one difference of each kind by hand. */
function change({ dashboard, ids }: Project): { legacy: string; chat: string } {
  dashboard.renameFeature(ids["api"] ?? "", "API | `beta`\n<b>");
  dashboard.setMetadata(ids["audit-log"] ?? "", { tier: "2" });
  dashboard.archiveFeature(ids["sso"] ?? "");
  dashboard.detach("prod_team", ids["api"] ?? "");
  dashboard.attach("prod_team", ids["audit-log"] ?? "");
  const legacy = dashboard.createFeature({ lookupKey: "legacy-chat", name: "Old chat" }).id;
  const chat = dashboard.createFeature({
    lookupKey: "chat",
    name: "Chat",
    metadata: { pulumi_owner: "other/live/chat" },
  }).id;
  dashboard.createProduct({ id: "prod_addon", name: "Add-on" });
  dashboard.attach("prod_addon", chat);
  return { legacy, chat };
}

describe("stripe-entitlements drift", () => {
  it("ends with 0 where the account is as the catalog says, whatever is archived", async () => {
    await using project = await Project.open();
    const { id } = project.dashboard.createFeature({ lookupKey: "old", name: "Old" });
    project.dashboard.archiveFeature(id);
    project.dashboard.createProduct({ name: "One-off" });
    const { code, stdout, stderr } = await project.drift();
    assert.deepEqual([code, stderr], [0, ""]);
    assert.equal(
      stdout,
      `${project.emulator.sandbox.account}, test mode: 3 features, 3 products, 4 attachments\n\n` +
        "The account is as catalog.ts says.\n",
    );
  });

  it("ends with 2 and lists each difference, property by property", async () => {
    await using project = await Project.open();
    const { legacy, chat } = change(project);
    const { code, stdout, stderr } = await project.drift(["--json"]);
    assert.deepEqual([code, stderr], [2, ""]);
    const { dashboard, ids } = project;
    const idOf = (product: string, feature = "") =>
      dashboard.productFeatures(product).find(({ entitlement_feature }) => entitlement_feature.id === feature)?.id;
    assert.deepEqual(JSON.parse(stdout), {
      summary: {
        account: project.emulator.sandbox.account,
        mode: "test",
        read: { features: 4, products: 3, attachments: 5 },
        differences: 10,
        missing: 3,
        changed: 2,
        unmanaged: { byHand: 2, managed: 3 },
        ignored: 0,
      },
      missing: [
        { type: "feature", lookupKey: "sso", name: "Single sign-on" },
        { type: "attachment", lookupKey: "sso", product: "prod_enterprise", plan: "enterprise" },
        { type: "attachment", lookupKey: "api", product: "prod_team", plan: "team" },
      ],
      changed: [
        {
          lookupKey: "api",
          id: ids["api"],
          changes: [{ property: "name", catalog: "API access", account: "API | `beta`\n<b>" }],
        },
        {
          lookupKey: "audit-log",
          id: ids["audit-log"],
          changes: [
            { property: "metadata", key: "team", catalog: "security", account: null },
            { property: "metadata", key: "tier", catalog: null, account: "2" },
          ],
        },
      ],
      unmanaged: [
        { type: "feature", lookupKey: "chat", id: chat, name: "Chat", owner: "other/live/chat" },
        { type: "feature", lookupKey: "legacy-chat", id: legacy, name: "Old chat", owner: null },
        {
          type: "attachment",
          lookupKey: "chat",
          id: idOf("prod_addon", chat),
          product: "prod_addon",
          name: "Add-on",
          isArchived: false,
          owner: "other/live/chat",
        },
        {
          type: "attachment",
          lookupKey: "sso",
          id: idOf("prod_enterprise", ids["sso"]),
          product: "prod_enterprise",
          name: "Enterprise",
          isArchived: true,
          owner: "acme/dev/acme/sso",
        },
        {
          type: "attachment",
          lookupKey: "audit-log",
          id: idOf("prod_team", ids["audit-log"]),
          product: "prod_team",
          name: "Team",
          isArchived: false,
          owner: null,
        },
      ],
    });
  });

  it("prints tables, in which no text of the account can disturb a line", async () => {
    await using project = await Project.open();
    change(project);
    const { code, stdout } = await project.drift();
    assert.equal(code, 2);
    assert.match(stdout, /^Missing in the account \(3\)\n {2}what +lookup key +product +plan or name\n/m);
    assert.match(stdout, /^ {2}feature +sso +"Single sign-on"$/m);
    assert.match(stdout, /^ {2}attachment +api +prod_team +team$/m);
    assert.match(stdout, /^ {2}api +name +"API access" +"API \| `beta`\\n<b>"$/m);
    assert.match(stdout, /^ {2}audit-log +metadata\.team +security +none$/m);
    assert.match(stdout, /^Unmanaged, made by hand \(2\)$/m);
    assert.match(stdout, /^ {2}attachment, feature archived +sso +prod_enterprise +Enterprise +acme\/dev\/acme\/sso$/m);
    assert.match(stdout, /^10 differences from catalog\.ts\.$/m);
    assert.ok(!stdout.includes("\u001b"));
  });

  it("colors the tables on a terminal only, and not with NO_COLOR", async () => {
    await using project = await Project.open();
    const colored = await project.drift([], { isTerminal: true });
    assert.ok(colored.stdout.includes("\u001b[32mThe account is as"));
    const plain = await project.drift([], { isTerminal: true, env: { NO_COLOR: "1" } });
    assert.ok(!plain.stdout.includes("\u001b"));
  });

  it("prints Markdown, with texts of the account as code", async () => {
    await using project = await Project.open();
    change(project);
    const { code, stdout } = await project.drift(["--markdown"]);
    assert.equal(code, 2);
    assert.match(stdout, /^\*\*10 differences from catalog\.ts\.\*\*$/m);
    assert.match(stdout, /^### Changed in the account \(2\)$/m);
    assert.match(stdout, /^\| feature \| property \| catalog \| account \|\n\| --- \| --- \| --- \| --- \|$/m);
    assert.ok(stdout.includes('| `api` | name | `"API access"` | ``"API \\| `beta`\\n<b>"`` |'));
  });

  it("leaves out rows of Markdown that do not fit into an issue, and counts them", async () => {
    await using project = await Project.open();
    for (let n = 0; n < 1_000; n += 1) {
      project.dashboard.createFeature({ lookupKey: `feature-${n}-${"k".repeat(60)}`, name: "n".repeat(60) });
    }
    const { stdout } = await project.drift(["--markdown"]);
    assert.ok(stdout.length < 61_000);
    assert.match(stdout, /^### Unmanaged, made by hand \(1000\)$/m);
    const shown = stdout.match(/^\| feature \| /gm)?.length ?? 0;
    assert.match(stdout, new RegExp(`^${1_000 - shown} more, which do not fit here\\.$`, "m"));
  });

  it("sends one request for each page, one for the account and one for the products", async () => {
    await using project = await Project.open();
    const { dashboard, emulator } = project;
    for (let n = 0; n < 130; n += 1) {
      const { id } = dashboard.createFeature({ lookupKey: `more-${n}`, name: "More" });
      dashboard.attach("prod_team", id);
    }
    emulator.requests.clear();
    await project.drift();
    const counts = new Map<string, number>();
    for (const { method, route } of emulator.requests.entries) {
      counts.set(`${method} ${route}`, (counts.get(`${method} ${route}`) ?? 0) + 1);
    }
    // ⌈F/100⌉ + Σ⌈A_p/100⌉ + 2, with 133 features, and 131 and 3 attachments.
    assert.equal(emulator.requests.count(), 2 + (2 + 1) + 2);
    assert.deepEqual(Object.fromEntries(counts), {
      "GET /v1/account": 1,
      "GET /v1/entitlements/features": 2,
      "GET /v1/products": 1,
      "GET /v1/products/:product/features": 2 + 1,
    });
  });

  it("needs no more than read access to entitlements and products, and sends reads only", async () => {
    await using project = await Project.open();
    const STRIPE_API_KEY = project.emulator.sandbox.restrictedKey({ entitlements: "read", products: "read" });
    const { code, stdout } = await project.drift([], { env: { STRIPE_API_KEY } });
    assert.equal(code, 0);
    assert.match(stdout, /^an account that the key may not read, test mode: 3 features/);
    assert.equal(
      project.emulator.requests.count(({ method }) => method !== "GET"),
      0,
    );
  });

  it("ignores unmanaged objects by key, product or owner, and nothing of the catalog", async () => {
    await using project = await Project.open();
    change(project);
    const patterns = ["legacy-*", "prod_t*", "other/*", "acme/**", "api", "sso"];
    const ignore = patterns.flatMap((pattern) => ["--ignore", pattern]);
    const { code, stdout } = await project.drift([...ignore, "--json"]);
    assert.equal(code, 2);
    const { summary, unmanaged } = JSON.parse(stdout);
    assert.deepEqual([summary.missing, summary.changed, summary.ignored, unmanaged], [3, 2, 5, []]);
    assert.match((await project.drift(ignore)).stdout, /^Ignored: 5 unmanaged objects\.$/m);
  });

  it("ends with 0 where all differences are ignored", async () => {
    await using project = await Project.open();
    project.dashboard.createFeature({ lookupKey: "legacy-a/b", name: "Old" });
    assert.equal((await project.drift()).code, 2);
    assert.equal((await project.drift(["--ignore", "legacy-*"])).code, 0);
  });

  it("takes the products, account and mode of a stack's configuration", async () => {
    await using project = await Project.open();
    const config = (account: string) =>
      `config:\n  acme:products: { team: prod_team, enterprise: prod_enterprise }\n  stripe-entitlements:account: ${account}\n`;
    await project.write("Pulumi.yaml", "name: acme\nruntime: nodejs\n");
    await project.write("Pulumi.dev.yaml", config(project.emulator.sandbox.account));
    await project.write("Pulumi.live.yaml", config("acct_other"));
    assert.equal((await project.drift(["--stack-config", "Pulumi.dev.yaml"])).code, 0);
    const other = await project.drift(["--stack-config", "Pulumi.live.yaml"]);
    assert.deepEqual([other.code, other.stdout], [1, ""]);
    assert.match(other.stderr, /belongs to account acct_\w+, but the configuration says account acct_other/);
  });

  it("finds no difference from the program that init has just written", async () => {
    await using project = await Project.open();
    const env = { STRIPE_API_BASE: project.emulator.url, STRIPE_API_KEY: project.emulator.apiKey };
    const written = await runCli(["init", "--out", "plans"], { cwd: project.folder, env });
    assert.equal(written.code, 0, written.stderr);
    const files = ["--catalog", "plans/catalog.ts", "--stack-config", "plans/Pulumi.test.yaml"];
    assert.equal((await project.drift(files)).code, 0);
  });

  it("reports a product that does not exist with each of its attachments", async () => {
    await using project = await Project.open();
    project.dashboard.deleteProduct("prod_team");
    const { code, stdout } = await project.drift(["--json"]);
    assert.equal(code, 2);
    assert.deepEqual(JSON.parse(stdout).missing, [
      { type: "product", product: "prod_team", plan: "team" },
      { type: "attachment", lookupKey: "api", product: "prod_team", plan: "team" },
    ]);
  });

  it("reads archived products of plans, and other products unless --plans-only is given", async () => {
    await using project = await Project.open();
    const { dashboard, ids } = project;
    dashboard.createProduct({ id: "prod_addon", name: "Add-on" });
    dashboard.attach("prod_addon", ids["api"] ?? "");
    dashboard.setProductActive("prod_team", false);
    assert.equal((await project.drift()).code, 2);
    const { code, stdout } = await project.drift(["--plans-only"]);
    assert.equal(code, 0);
    assert.match(stdout, /^Not read: 1 product without a plan in the catalog\.$/m);
    dashboard.setProductActive("prod_addon", false);
    assert.match((await project.drift()).stdout, /^Not read: 1 archived product without a plan/m);
  });

  it("ends with 1 and sends nothing where files or options are wrong", async () => {
    await using project = await Project.open();
    const { emulator } = project;
    await project.write("few.json", `{ "team": "prod_team", "pro": "prod_pro" }`);
    await project.write("broken.ts", "export const catalog = { features: ");
    await project.write("throws.ts", `throw new Error("no");`);
    await project.write("empty.ts", "export {};");
    for (const [args, message] of [
      [["--products", "few.json"], /few\.json must have .* Missing: "enterprise"; unknown: "pro"\nCorrect/],
      [["--products", "none.json"], /none\.json cannot be read: there is no such file/],
      [["--stack-config", "Pulumi.dev.yaml"], /Pulumi\.yaml cannot be read/],
      [["--catalog", "none.ts"], /none\.ts: there is no such file/],
      [["--catalog", "broken.ts"], /broken\.ts cannot be loaded/],
      [["--catalog", "throws.ts"], /throws\.ts cannot be loaded: no/],
      [["--catalog", "empty.ts"], /empty\.ts exports nothing/],
      [["--products", "products.json", "--stack-config", "Pulumi.dev.yaml"], /cannot be used with/],
      [["--json", "--markdown"], /cannot be used with/],
      [["--ignore"], /argument missing/],
    ] as const) {
      const { code, stdout, stderr } = await project.drift(args);
      assert.deepEqual([code, stdout], [1, ""], args.join(" "));
      assert.match(stderr, message);
    }
    assert.equal(emulator.requests.count(), 0);
  });

  it("ends with 1 where the products are not given", async () => {
    await using project = await Project.open();
    const { code, stderr } = await runCli(["drift"], { cwd: project.folder });
    assert.equal(code, 1);
    assert.match(stderr, /the products of the plans are unknown\nGive the configuration of a stack/);
  });

  it("ends with 1 where the key is missing, publishable, of live mode, or refused", async () => {
    await using project = await Project.open();
    const { emulator } = project;
    const failure = async (STRIPE_API_KEY: string) => {
      const { code, stdout, stderr } = await project.drift([], { env: { STRIPE_API_KEY } });
      assert.deepEqual([code, stdout], [1, ""]);
      return stderr;
    };
    assert.match(await failure(""), /there is no API key/);
    assert.match(await failure(emulator.sandbox.publishableKey), /is a publishable key/);
    assert.match(await failure(emulator.live.apiKey), /is of live mode\n.*--live/);
    assert.match(await failure("sk_test_wrong"), /Stripe rejected the API key/);
    assert.match(await failure(emulator.sandbox.restrictedKey({ entitlements: "read" })), /lacks a permission/);
    const live = await project.drift(["--live"], { env: { STRIPE_API_KEY: emulator.live.apiKey } });
    assert.equal(live.code, 2);
  });
});
