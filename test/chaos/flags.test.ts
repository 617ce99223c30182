import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { featureContract, productFeatureContract } from "../../provider/dynamic/contract";
import { describeInFullRun } from "../support/full-run";
import { importObjects } from "../support/import-objects";
import { severalCommands } from "../support/pulumi";
import { isWrite, type TestStack, useStack, useTwoStacks } from "../support/stack";

const exec = promisify(execFile);
const up = ["up", "--skip-preview"];
const refresh = ["refresh", "--skip-preview"];
const destroy = ["destroy", "--skip-preview"];

/** Returns a declaration of a feature with its name as lookup key, and of its attachment. */
const attached = (name: string, title = "One", lookupKey = name, options = "{}") => `
const ${name} = new Feature("${name}", { lookupKey: "${lookupKey}", name: "${title}" }, ${options});
new ProductFeature("team-${name}", { product: "prod_team", entitlementFeature: ${name}.id }, ${options});
`;

const activeIn = ({ dashboard }: TestStack) =>
  Object.fromEntries(dashboard.features({ archived: false }).map((each) => [each.lookup_key, each.name]));

const markersIn = ({ dashboard }: TestStack) =>
  dashboard.features({ archived: false }).map(({ metadata }) => metadata["pulumi_owner"]);

/** Runs a command that must fail for this reason, and send no write. */
async function mustRefuse(stack: TestStack, args: readonly string[], reason: RegExp): Promise<void> {
  stack.takeRequests();
  const { exitCode, output } = await stack.run(args);
  assert.notEqual(exitCode, 0, output);
  assert.match(output, reason);
  assert.deepEqual(stack.takeRequests().filter(isWrite), []);
}

/** Deploys or destroys three stacks, each with a feature and its attachment. */
const automationHost = `
const { mkdir, writeFile } = require("node:fs/promises");
const { join } = require("node:path");
const { LocalWorkspace } = require("@pulumi/pulumi/automation");

const [command, kind, isParallel] = process.argv.slice(2);
const program = async () => {
  const sso = new Feature("sso", { lookupKey: pulumi.getStack(), name: "Single sign-on" });
  new ProductFeature("team-sso", { product: "prod_team", entitlementFeature: sso.id });
};
const text = 'const pulumi = require("@pulumi/pulumi"); ' +
  'const { Feature, ProductFeature } = require("pulumi-stripe-entitlements"); (' + program + ')();';
const run = async (stackName) => {
  const workDir = join(__dirname, stackName);
  await mkdir(workDir, { recursive: true });
  if (kind === "local") {
    await writeFile(join(workDir, "Pulumi.yaml"), "name: acme\\nruntime: { name: nodejs, options: { typescript: false } }");
    await writeFile(join(workDir, "index.js"), text);
  }
  const stack = kind === "local"
    ? await LocalWorkspace.createOrSelectStack({ stackName, workDir })
    : await LocalWorkspace.createOrSelectStack({ projectName: "acme", stackName, program }, { workDir });
  await stack[command]();
};
(async () => {
  const names = ["s1", "s2", "s3"].map((name) => kind + "-" + name);
  if (isParallel === "true") await Promise.all(names.map(run));
  else for (const name of names) await run(name);
  process.exit(0);
})();
`;

// `npm test` has a smaller set: test/e2e/flags.test.ts.
describeInFullRun("Flags that select resources", function () {
  this.timeout(severalCommands);
  const stack = useStack({ products: ["prod_team"] });

  before(() => stack().up(attached("a") + attached("b")));

  it("`--target` of a feature with a new key needs `--target-dependents`", async () => {
    await stack().program(attached("a", "One", "a-2") + attached("b", "Two"));
    const target = ["--target", await stack().urnOf("a")];
    const { exitCode, output } = await stack().run([...up, ...target]);
    assert.notEqual(exitCode, 0, output);
    assert.match(output, /add `--target-dependents`/);
    assert.deepEqual(stack().attached("prod_team"), ["a", "b"]);
    await stack().must([...up, ...target, "--target-dependents"]);
    assert.deepEqual(activeIn(stack()), { "a-2": "One", b: "One" });
    assert.deepEqual(stack().attached("prod_team"), ["a-2", "b"]);
  });

  it("`refresh --target` reads only the selected resource", async () => {
    for (const name of ["a", "b"]) stack().dashboard.renameFeature(await stack().idOf(name), "By hand");
    await stack().must([...refresh, "--target", await stack().urnOf("a")]);
    const rows = (await stack().objects()).filter(({ type }) => type.endsWith(":Feature"));
    assert.deepEqual(rows.map(({ outputs }) => outputs?.["name"]).sort(), ["By hand", "One"]);
  });

  it("`up --refresh --run-program` repairs drift, also after another program", async () => {
    await stack().up(attached("a", "Three", "a-2") + attached("b", "Three"), "--refresh", "--run-program");
    assert.deepEqual(activeIn(stack()), { "a-2": "Three", b: "Three" });
    await stack().must([...refresh, "--run-program"]);
    await stack().mustBeInLine();
  });

  it("`destroy --exclude` and `--exclude-protected` keep what they exclude", async () => {
    await stack().up(attached("a", "Three", "a-2", "{ protect: true }") + attached("b", "Three"));
    await stack().must([...destroy, "--exclude", await stack().urnOf("b"), "--exclude-protected"]);
    assert.deepEqual(activeIn(stack()), { "a-2": "Three", b: "Three" });
    await stack().must([...destroy, "--exclude-protected"]);
    assert.deepEqual(activeIn(stack()), { "a-2": "Three" });
    assert.deepEqual(stack().attached("prod_team"), ["a-2"]);
  });

  it("a protected feature that was renamed by hand is repaired in place", async () => {
    const id = await stack().idOf("a");
    stack().dashboard.renameFeature(id, "By hand");
    await stack().up(undefined, "--refresh", "--target", await stack().urnOf("a"));
    assert.equal(stack().dashboard.feature(id)?.name, "Three");
  });

  it("`destroy --run-program --target` and `--ignore-protect` delete the selected resources", async () => {
    await stack().up(attached("a", "Three", "a-2", "{ protect: true }") + attached("c"));
    const target = ["--target", await stack().urnOf("c"), "--target-dependents"];
    await stack().must([...destroy, "--run-program", ...target]);
    assert.deepEqual(activeIn(stack()), { "a-2": "Three" });
    await stack().must([...destroy, "--ignore-protect"]);
    assert.deepEqual(activeIn(stack()), {});
  });
});

describeInFullRun("Flags that limit what a command does", function () {
  this.timeout(severalCommands);
  const stack = useStack({ products: ["prod_team"] });

  before(() => stack().up(attached("a")));

  it("`--save-plan` and `--plan` do what the preview showed", async () => {
    await stack().program(attached("a", "Two") + attached("b"));
    await stack().must(["preview", "--save-plan", "plan.json"]);
    await stack().must([...up, "--plan", "plan.json"]);
    assert.deepEqual(activeIn(stack()), { a: "Two", b: "One" });
  });

  it("`up --refresh --plan` fails if somebody has archived a feature since", async () => {
    await stack().program(attached("a", "Three") + attached("b"));
    await stack().must(["preview", "--refresh", "--save-plan", "plan.json"]);
    stack().dashboard.archiveFeature(await stack().idOf("a"));
    await mustRefuse(stack(), [...up, "--refresh", "--plan", "plan.json"], /plan/);
    await stack().must([...up, "--refresh"]);
    assert.deepEqual(stack().attached("prod_team"), ["a", "b"]);
  });

  it("`preview --expect-no-changes` ends with exit code 7 for changes and drift", async () => {
    const preview = ["preview", "--refresh", "--expect-no-changes"];
    await stack().must(preview);
    await stack().program(attached("a", "Four") + attached("b"));
    assert.equal((await stack().run(preview)).exitCode, 7);
    await stack().up();
    stack().dashboard.renameFeature(await stack().idOf("a"), "By hand");
    assert.equal((await stack().run(preview)).exitCode, 7);
    await stack().up(undefined, "--refresh");
  });

  it("`--continue-on-error` deletes nothing in a run that fails", async () => {
    stack().dashboard.createFeature({ lookupKey: "taken", name: "Taken" });
    await stack().program(attached("taken") + attached("c"));
    const { exitCode, output } = await stack().run([...up, "--continue-on-error"]);
    assert.notEqual(exitCode, 0, output);
    assert.deepEqual(stack().attached("prod_team"), ["a", "b", "c"]);
    await stack().up(attached("c"));
    assert.deepEqual(stack().attached("prod_team"), ["c"]);
  });

  it("`--json` and `--diff` show the same changes, and JSON is all of standard output", async () => {
    await stack().program(attached("c", "Five"));
    const { stdout } = await stack().must(["preview", "--refresh", "--json"]);
    assert.match(JSON.stringify(JSON.parse(stdout)), /"update"/);
    assert.match((await stack().must(["preview", "--diff"])).output, /name *: "One" => "Five"/);
    const events = (await stack().must([...up, "--json"])).stdout.trim().split("\n");
    for (const event of events) JSON.parse(event);
    for (const line of (await stack().must([...destroy, "--json"])).stdout.trim().split("\n")) JSON.parse(line);
  });
});

describeInFullRun("Commands that edit the state", function () {
  this.timeout(2 * severalCommands);
  const stacks = useTwoStacks({ products: ["prod_team"] });
  let dev: TestStack;

  before(async () => {
    dev = stacks().dev;
    await dev.up(attached("a") + attached("b"));
  });

  it("`state delete` of everything loses nothing: the next `up` adopts it", async () => {
    const ids = (await dev.objects()).map(({ id }) => id).sort();
    for (const name of ["team-a", "team-b", "a", "b"])
      await dev.must(["state", "delete", await dev.urnOf(name), "--yes"]);
    await dev.up();
    assert.deepEqual((await dev.objects()).map(({ id }) => id).sort(), ids);
  });

  it("`state rename` with the program changes only the marker", async () => {
    const id = await dev.idOf("b");
    await dev.must(["state", "rename", await dev.urnOf("b"), "c", "--yes"]);
    dev.takeRequests();
    const renamed = `
const b = new Feature("c", { lookupKey: "b", name: "One" });
new ProductFeature("team-b", { product: "prod_team", entitlementFeature: b.id });
`;
    await dev.up(attached("a") + renamed);
    assert.deepEqual(dev.takeRequests().filter(isWrite), [`POST /v1/entitlements/features/${id}`]);
    assert.deepEqual(markersIn(dev).sort(), ["acme/dev/a", "acme/dev/c"]);
  });

  it("`stack export`, and an import after more changes, lose and duplicate nothing", async () => {
    await dev.must(["stack", "export", "--file", "export.json"]);
    await dev.up(attached("a", "Two") + attached("d"));
    await dev.must(["stack", "import", "--file", "export.json"]);
    await dev.up(undefined, "--refresh");
    assert.deepEqual(activeIn(dev), { a: "Two", d: "One" });
    assert.deepEqual(dev.attached("prod_team"), ["a", "d"]);
    await dev.mustBeInLine();
  });

  it("`stack rename` lets the next `up` write new markers", async () => {
    dev = await dev.renamed("dev-2");
    await dev.up();
    assert.deepEqual(markersIn(dev).sort(), ["acme/dev-2/a", "acme/dev-2/d"]);
    await dev.mustBeInLine();
  });

  it("`stack rename` lets `destroy` without an `up` archive and detach everything", async () => {
    dev = await dev.renamed("dev-3");
    await dev.destroy();
    assert.deepEqual(activeIn(dev), {});
    assert.deepEqual(dev.attached("prod_team"), []);
  });

  it("`import --file`, then `destroy`, archives and detaches the objects", async () => {
    const { staging } = stacks();
    await staging.program("");
    const feature = staging.dashboard.createFeature({ lookupKey: "imported", name: "Imported" }).id;
    const attachment = staging.dashboard.attach("prod_team", feature).id;
    await importObjects(staging, [
      { contract: featureContract, name: "imported", id: feature },
      { contract: productFeatureContract, name: "team-imported", id: attachment, props: { product: "prod_team" } },
    ]);
    await staging.destroy();
    assert.deepEqual(activeIn(staging), {});
    assert.deepEqual(staging.attached("prod_team"), []);
  });

  it("`state move` is rejected by the engine when the stacks have other settings", async () => {
    const { staging } = stacks();
    await staging.up(attached("x"), "--config", "stripe-entitlements:adopt=unowned");
    await dev.up(attached("a"));
    const move = ["state", "move", "--source", "dev-3", "--dest", "staging", "--yes"];
    await mustRefuse(dev, [...move, await dev.urnOf("a"), await dev.urnOf("team-a")], /already exists in destination/);
    await staging.up(undefined, "--config", "stripe-entitlements:adopt=owned");
    await dev.up(undefined, "--config", "stripe-entitlements:adopt=owned");
    await dev.must([...move, await dev.urnOf("a"), await dev.urnOf("team-a")]);
    await staging.up(attached("x") + attached("a"));
    await dev.up("");
    assert.deepEqual(staging.attached("prod_team"), ["a", "x"]);
    assert.deepEqual(markersIn(staging).sort(), ["acme/staging/a", "acme/staging/x"]);
  });
});

describeInFullRun("Secrets as a name and metadata", function () {
  this.timeout(severalCommands);
  const stack = useStack({ products: ["prod_team"] });
  const secrets = ["hidden-name", "hidden-value"];

  it("are in no output and no state file, and arrive in Stripe", async () => {
    await stack().program(`
const sso = new Feature("sso", {
lookupKey: "sso", name: pulumi.secret("hidden-name"), metadata: { code: pulumi.secret("hidden-value") },
});
new ProductFeature("team-sso", { product: "prod_team", entitlementFeature: sso.id });
`);
    for (const args of [["up"], [...refresh, "--diff"], ["preview", "--refresh", "--json"], destroy]) {
      const { output } = await stack().must(args);
      const texts = [output, ...(await stack().stateFiles())];
      for (const secret of secrets) assert.ok(!texts.some((text) => text.includes(secret)), `${args}: ${secret}`);
    }
    const [{ name, metadata } = assert.fail()] = stack().dashboard.features();
    assert.deepEqual([name, metadata["code"]], secrets);
  });
});

describeInFullRun("An explicit provider", function () {
  this.timeout(severalCommands);
  const stack = useStack({ products: ["prod_team"] });
  const withProvider = (text: string) => `
class Second extends pulumi.ProviderResource { constructor(name) { super("pulumi-nodejs", name, {}); } }
const provider = new Second("second");
${text}`;

  it("creates, changes and deletes resources", async () => {
    await stack().up(withProvider(attached("a", "One", "a", "{ provider }") + attached("b")));
    await stack().up(withProvider(attached("a", "Two", "a", "{ provider }") + attached("b")));
    assert.deepEqual(activeIn(stack()), { a: "Two", b: "One" });
    await stack().mustBeInLine();
    await stack().destroy();
    assert.deepEqual(activeIn(stack()), {});
  });
});

describeInFullRun("Stacks of the Automation API", function () {
  this.timeout(2 * severalCommands);
  const stack = useStack({ main: "host.js", products: ["prod_team"] });

  /** Runs a command on three stacks. */
  async function onEach(command: "up" | "destroy", kind: string, isParallel: boolean): Promise<void> {
    const { env, directory } = stack();
    const args = ["host.js", command, kind, String(isParallel)];
    await exec(process.execPath, args, { cwd: directory, env });
  }

  before(() => stack().program(automationHost));

  for (const [kind, way] of [
    ["inline", "in turn"],
    ["inline", "in parallel"],
    ["local", "in parallel"],
  ] as const) {
    it(`with ${kind} programs, ${way}, have their own objects`, async () => {
      await onEach("up", kind, way === "in parallel");
      const stacks = ["s1", "s2", "s3"].map((name) => `${kind}-${name}`);
      assert.deepEqual(
        markersIn(stack()).sort(),
        stacks.map((name) => `acme/${name}/sso`),
      );
      assert.deepEqual(stack().attached("prod_team"), stacks);
      stack().takeRequests();
      await onEach("up", kind, way === "in parallel");
      assert.deepEqual(stack().takeRequests(), []);
      await onEach("destroy", kind, way === "in parallel");
      assert.deepEqual(activeIn(stack()), {});
      assert.deepEqual(stack().attached("prod_team"), []);
    });
  }
});
