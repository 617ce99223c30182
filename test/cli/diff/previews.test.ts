import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCli } from "../run-cli";
import { assertGolden } from "./golden";

// test/cli/diff/make-previews.ts writes them with the real CLI.
const previews = join(__dirname, "previews");

const featureType = "pulumi-nodejs:dynamic/stripe-entitlements:Feature";
const attachmentType = "pulumi-nodejs:dynamic/stripe-entitlements:ProductFeature";
const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const urn = (type: string, name: string) => `urn:pulumi:dev::acme::${type}::${name}`;

describe("stripe-entitlements diff of previews", () => {
  let cwd: string;

  before(async () => {
    cwd = await mkdtemp(join(tmpdir(), "previews-"));
  });

  after(() => rm(cwd, { recursive: true, force: true }));

  for (const [preview, code] of [
    ["first", 2],
    ["changed", 2],
    ["drift", 2],
    ["replaced", 2],
    ["adopted", 2],
    ["rejected", 1],
  ] as const) {
    it(`says what the preview "${preview}" changes, and exits with ${code}`, async () => {
      const ended = await runCli(["diff", "--preview", `${preview}.json`, "--exit-code"], { cwd: previews });
      assert.deepEqual([ended.code, ended.stderr], [code, ""]);
      await assertGolden(join(previews, `${preview}.markdown`), ended.stdout);
    });
  }

  it("says the same of drift without --show-sames, and what it does not know", async () => {
    const all: { steps: { op: string }[] } = JSON.parse(await readFile(join(previews, "drift.json"), "utf8"));
    const steps = all.steps.filter(({ op }) => op !== "same");
    const { stdout } = await runCli(["diff", "--preview", "-"], { stdin: JSON.stringify({ ...all, steps }) });
    const golden = await readFile(join(previews, "drift.markdown"), "utf8");
    assert.equal(stdout.split("\n\n").slice(0, 4).join(), golden.split("\n\n").slice(0, 4).join());
    assert.match(stdout, /\n\nUnchanged features are not known: [^\n]*\n$/);
  });

  /** Returns the output for steps, as lines. */
  async function linesOf(steps: readonly object[], more: object = {}): Promise<readonly string[]> {
    const preview = {
      steps,
      changeSummary: { same: steps.filter((step) => "op" in step && step.op === "same").length },
    };
    const { code, stdout, stderr } = await runCli(["diff", "--preview", "-"], {
      stdin: JSON.stringify({ ...preview, ...more }),
    });
    assert.deepEqual([code, stderr], [0, ""]);
    return stdout.split("\n");
  }

  const feature = (key: string, name = key) => ({ inputs: { lookupKey: key, name } });
  const outputs = (id: string, key: string) => ({ id, ...feature(key), outputs: { lookupKey: key, name: key } });

  it("reads standard input, and names a product that is created in the same run", async () => {
    const newState = {
      inputs: { product: unknown, entitlementFeature: unknown },
      propertyDependencies: {
        product: [urn("stripe:index:Product", "pro")],
        entitlementFeature: [urn(featureType, "sso")],
      },
    };
    const lines = await linesOf([
      { op: "create", urn: urn(featureType, "sso"), newState: feature("sso", "Single sign-on") },
      { op: "create", urn: urn(attachmentType, "pro-sso"), newState },
    ]);
    assert.equal(lines[2], "**new product pro** gains 1 feature.");
    assert.equal(lines[6], "| `sso` Single sign-on | new | + |");
  });

  it("sees no change where a resource is renamed, or only its marker changes", async () => {
    const lines = await linesOf([
      { op: "create", urn: urn(featureType, "new"), newState: feature("sso") },
      { op: "delete", urn: urn(featureType, "old"), oldState: outputs("feat_1", "sso") },
      { op: "update", urn: urn(featureType, "api"), oldState: outputs("feat_2", "api"), newState: feature("api") },
    ]);
    assert.equal(lines[2], "No plan and no feature changes.");
  });

  it("takes a feature of another stack as one that exists", async () => {
    const shared = { op: "read", urn: urn(featureType, "shared"), newState: outputs("feat_1", "shared") };
    const newState = { inputs: { product: "prod_team", entitlementFeature: "feat_1" } };
    const lines = await linesOf([shared, { op: "create", urn: urn(attachmentType, "team-shared"), newState }]);
    assert.equal(lines[2], "**prod\\_team** gains 1 feature.");
    assert.equal(lines[6], "| `shared` shared | + |");
  });

  it("archives nothing where the program no longer reads a feature of another stack", async () => {
    const api = {
      op: "same",
      urn: urn(featureType, "api"),
      oldState: outputs("feat_2", "api"),
      newState: feature("api"),
    };
    const shared = { op: "discard", urn: urn(featureType, "shared"), oldState: outputs("feat_1", "shared") };
    const lines = await linesOf([api, shared]);
    assert.equal(lines[2], "No plan and no feature changes.");
  });

  it("loses no feature where a replaced attachment stays in Stripe", async () => {
    const on = (product: string) => ({ inputs: { product, entitlementFeature: "feat_1" } });
    const lines = await linesOf([
      {
        op: "same",
        urn: urn(featureType, "api"),
        oldState: outputs("feat_1", "api"),
        newState: outputs("feat_1", "api"),
      },
      {
        op: "replace",
        urn: urn(attachmentType, "moved"),
        oldState: { ...on("prod_team"), retainOnDelete: true },
        newState: on("prod_enterprise"),
      },
    ]);
    assert.equal(lines[2], "**prod\\_enterprise** gains 1 feature.");
    assert.ok(lines.includes("| `api` api | + | ✓ |"), lines.join("\n"));
  });

  it("refuses to read a preview from a terminal", async () => {
    const { code, stdout, stderr } = await runCli(["diff", "--preview", "-"], { isTerminal: true });
    assert.deepEqual([code, stdout], [1, ""]);
    assert.match(stderr, /--preview - reads no preview from a terminal\nPipe it to the command\./);
  });

  it("tells plans with one name apart, and names a feature that the preview does not list", async () => {
    const child = (catalog: string, plan: string, key: string) =>
      urn(`stripe-entitlements:index:EntitlementCatalog$${attachmentType}`, `${catalog}/${plan}/${key}`);
    const on = (product: string) => ({ inputs: { product, entitlementFeature: "feat_1" } });
    const lines = await linesOf(
      [
        { op: "create", urn: child("eu", "team", "s~1s~0o"), newState: on("prod_eu") },
        { op: "create", urn: child("us", "team", "s~1s~0o"), newState: on("prod_us") },
      ],
      { changeSummary: { create: 2, same: 9 } },
    );
    assert.equal(lines[2], "**team (prod\\_eu)** gains 1 feature, **team (prod\\_us)** gains 1.");
    assert.equal(lines[6], "| <code>s/s\\~o</code> | + | + |");
    assert.match(lines[8] ?? "", /^Unchanged features are not known: .*`--show-sames`\.$/);
  });

  it("does not confuse features whose lookup key is secret", async () => {
    const lines = await linesOf(
      ["one", "two"].map((name) => ({ op: "create", urn: urn(featureType, name), newState: feature("[secret]", "N") })),
    );
    assert.deepEqual(lines.slice(6, 8), ["| `one` N | new |", "| `two` N | new |"]);
  });

  it("says nothing changes when the preview of a program without changes lists nothing", async () => {
    const stack = { op: "same", urn: urn("pulumi:pulumi:Stack", "acme-dev"), oldState: {}, newState: {} };
    const lines = await linesOf([stack], { changeSummary: { same: 12 } });
    assert.equal(lines[2], "No plan and no feature changes.");
  });

  it("fails with a file that is missing, empty, cut off, or something else", async () => {
    const whole = await readFile(join(previews, "changed.json"), "utf8");
    await writeFile(join(cwd, "cut.json"), whole.slice(0, whole.length / 2));
    await writeFile(join(cwd, "empty.json"), "\n");
    await writeFile(join(cwd, "plan.json"), `{ "manifest": {} }`);
    await writeFile(join(cwd, "list.json"), "[]");
    await writeFile(join(cwd, "steps.json"), `{ "steps": [{ "op": 1 }] }`);
    for (const [file, message] of [
      ["none.json", /^none\.json cannot be read: there is no such file\nWrite it with `pulumi preview --json/],
      ["empty.json", /^empty\.json is empty\n/],
      ["cut.json", /^cut\.json is not JSON, or cut off: /],
      ["plan.json", /^plan\.json is not the output of `pulumi preview --json`: steps is wrong or missing\n/],
      ["list.json", /^list\.json is not the output of `pulumi preview --json`: it is no object\n/],
      ["steps.json", /: steps\.0\.op is wrong or missing\n/],
      [join(previews, "other.json"), /other\.json has no Feature and no ProductFeature of this package\n/],
    ] as const) {
      const { code, stdout, stderr } = await runCli(["diff", "--preview", file], { cwd });
      assert.deepEqual([code, stdout], [1, ""], file);
      assert.match(stderr.replace(/^stripe-entitlements: /, ""), message);
    }
    const both = await runCli(["diff", "--preview", "a.json", "--base", "main"], { cwd });
    assert.equal(both.code, 1);
    assert.match(both.stderr, /'--preview <file>' cannot be used with option '--base <git ref>'/);
  });
});
