import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { describeInFullRun, inFullRun, itInFullRun } from "../support/full-run";
import { type Outcome, severalCommands } from "../support/pulumi";
import { isWrite, stackName, type TestStack, useStack } from "../support/stack";

const onServer = ({ dashboard }: TestStack) => ({
  features: dashboard.features(),
  attachments: dashboard.products().map(({ id }) => [id, dashboard.productFeatures(id)]),
});

const active = ({ dashboard }: TestStack) =>
  dashboard
    .features({ archived: false })
    .map(({ lookup_key }) => lookup_key)
    .sort();

/** Returns a program with a feature and its attachment that have these resource names. */
const program = (feature: string, attachment: string, options = "{}") => `
const sso = new Feature("${feature}", { lookupKey: "sso", name: "Single sign-on", ...${options} });
new ProductFeature("${attachment}", { product: "prod_team", entitlementFeature: sso.id, ...${options} });
`;

describe("Renaming a resource without an alias", function () {
  this.timeout(severalCommands);
  const stack = useStack({ products: ["prod_team"] });
  const up = ["up", "--skip-preview"];
  const never = `{ adopt: "never" }`;

  before(() => stack().up(program("sso", "team-sso")));

  /** Asserts that the command exits with this code and changes nothing on the server. */
  async function assertServerUnchanged(run: () => Promise<Outcome>, exitsWith: "zero" | "non-zero"): Promise<Outcome> {
    const before = onServer(stack());
    const outcome = await run();
    assert.equal(outcome.exitCode === 0, exitsWith === "zero", outcome.output);
    assert.deepEqual(onServer(stack()), before);
    return outcome;
  }

  for (const flags of [[], ...inFullRun(["--continue-on-error"])]) {
    it(`hints at aliases for adopt: never in \`${["up", ...flags].join(" ")}\``, async () => {
      const state = await stack().objects();
      await stack().program(program("single-sign-on", "team-sso", never));
      const { output } = await assertServerUnchanged(() => stack().run([...up, ...flags]), "non-zero");
      assert.match(
        output,
        /Feature "single-sign-on" \(lookup key "sso"\): an active feature already has this lookup key: feat_\w+/,
      );
      assert.match(output, /add an alias with the name "sso"/);
      assert.deepEqual(await stack().objects(), state);
    });
  }

  // "Attachment declared in `apply`" below shows the same with an attachment that looks removed.
  itInFullRun("keeps a renamed attachment whose feature fails, with --continue-on-error", async () => {
    await stack().program(program("single-sign-on", "sso-of-team", never));
    await assertServerUnchanged(() => stack().run([...up, "--continue-on-error"]), "non-zero");
  });

  itInFullRun("keeps the attachment of a feature whose update fails, with --continue-on-error", async () => {
    await stack().program(program("sso", "team-sso").replace("Single sign-on", "SSO"));
    const fault = stack().emulator.faults.add({
      kind: "status",
      status: 400,
      method: "POST",
      route: "/v1/entitlements/features/:id",
    });
    await assertServerUnchanged(() => stack().run([...up, "--continue-on-error"]), "non-zero");
    fault.remove();
  });

  it("adopts a renamed attachment and detaches nothing", async () => {
    const { output } = await assertServerUnchanged(() => stack().up(program("sso", "sso-of-team")), "zero");
    assert.match(output, /ProductFeature "sso-of-team" \(feat_\w+ on prod_team\): adopted prodft_\w+/);
    assert.match(output, /is managed by acme\/dev\/sso-of-team now\. It is kept\./);
  });

  it("adopts a renamed feature and changes only its marker", async () => {
    const id = await stack().idOf("sso");
    stack().takeRequests();
    await stack().up(program("single-sign-on", "sso-of-team"));
    const writes = stack().takeRequests().filter(isWrite);
    assert.deepEqual(writes, ["POST /v1/entitlements/features", `POST /v1/entitlements/features/${id}`]);
    assert.deepEqual(stack().dashboard.feature(id)?.metadata, { pulumi_owner: "acme/dev/single-sign-on" });
    assert.equal(stack().dashboard.feature(id)?.active, true);
    assert.deepEqual(stack().attached("prod_team"), ["sso"]);
  });

  it("adopts a resource that moves into a component by its marker", async () => {
    const moved = `
class Plan extends pulumi.ComponentResource {
  constructor(name) {
    super("acme:index:Plan", name);
    const sso = new Feature("single-sign-on", { lookupKey: "sso", name: "Single sign-on" }, { parent: this });
    new ProductFeature("sso-of-team", { product: "prod_team", entitlementFeature: sso.id }, { parent: this });
  }
}
new Plan("team");
`;
    await assertServerUnchanged(() => stack().up(moved), "zero");
  });

  for (const flags of [[], ...inFullRun(["--run-program"])]) {
    it(`leaves objects that \`${["destroy", ...flags].join(" ")}\` archives and detaches`, async () => {
      if (active(stack()).length === 0) await stack().up();
      await stack().must(["destroy", "--skip-preview", ...flags]);
      assert.deepEqual(active(stack()), []);
      assert.deepEqual(stack().attached("prod_team"), []);
      assert.deepEqual(await stack().objects(), []);
    });
  }
});

describeInFullRun("Attachment declared in `apply`, with --continue-on-error", function () {
  this.timeout(severalCommands);
  const stack = useStack({ products: ["prod_team"] });
  // The SDK does not call `apply` for an unknown value. So the attachment looks removed to the
  // engine.
  const inApply = (name: string) => `
const sso = new Feature("sso", { lookupKey: "sso", name: "${name}" });
pulumi.all([sso.id, sso.livemode]).apply(([id]) => {
  new ProductFeature("team-sso", { product: "prod_team", entitlementFeature: id });
});
`;

  it("is not detached when the update of its feature fails", async () => {
    await stack().up(inApply("Single sign-on"));
    const [server, state] = [onServer(stack()), await stack().objects()];
    const route = "/v1/entitlements/features/:id";
    const fault = stack().emulator.faults.add({ kind: "status", status: 400, method: "POST", route });
    await stack().program(inApply("SSO"));
    const { exitCode, output } = await stack().run(["up", "--skip-preview", "--continue-on-error"]);
    fault.remove();
    assert.notEqual(exitCode, 0, output);
    assert.match(output, /ProductFeature .*: not deleted, because Feature .* failed in this run/);
    assert.deepEqual(onServer(stack()), server);
    assert.deepEqual(await stack().objects(), state);
  });
});

describeInFullRun("Attachment declared in `apply` of a `get`, with --continue-on-error", function () {
  this.timeout(severalCommands);
  const started = useStack({ products: ["prod_team"] });

  for (const form of ["the classes", "the SDK for Node.js"]) {
    it(`is not detached when the \`get\` of ${form} fails`, async () => {
      const stack = form === "the classes" ? started() : await started().withNodeSdk();
      const { id } = stack.dashboard.createFeature({ lookupKey: form, name: "Single sign-on" });
      const get = (what: string) => `
const sso = Feature.get("sso", "${what}");
sso.lookupKey.apply(() => new ProductFeature("team-sso", { product: "prod_team", entitlementFeature: "${id}" }));
`;
      await stack.up(get(id));
      const server = onServer(stack);
      assert.equal(stack.attached("prod_team").length, 1);
      for (const other of ["feat_test_none", "prod_team"]) {
        await stack.program(get(other));
        const { exitCode, output } = await stack.run(["up", "--skip-preview", "--continue-on-error"]);
        assert.notEqual(exitCode, 0, output);
        assert.match(output, /ProductFeature .*: not deleted, because .* failed in this run/);
        assert.deepEqual(onServer(stack), server);
      }
      await stack.up(get(id));
      await stack.must(["destroy", "--skip-preview"]);
    });
  }
});

describeInFullRun("Two stacks of one program on one account", function () {
  this.timeout(severalCommands);
  const stack = useStack({ products: ["prod_team"] });
  const second = ["--stack", "staging"];

  before(async () => {
    const own = `new Feature("own", { lookupKey: pulumi.getStack(), name: "Of this stack" });`;
    await stack().up(program("sso", "team-sso") + own);
    await stack().must(["stack", "init", "staging", "--no-select"]);
  });

  it("cannot adopt objects that carry the marker of the other stack", async () => {
    const { exitCode, output } = await stack().run(["up", "--skip-preview", "--continue-on-error", ...second]);
    assert.notEqual(exitCode, 0);
    assert.match(output, /with the marker of acme\/dev\/sso/);
    assert.deepEqual(active(stack()), ["dev", "sso", "staging"]);
  });

  it("keep the objects of the first stack when the second is destroyed", async () => {
    await stack().must(["destroy", "--skip-preview", ...second]);
    assert.deepEqual(active(stack()), ["dev", "sso"]);
    assert.deepEqual(stack().attached("prod_team"), ["sso"]);
  });
});

describeInFullRun("A stack whose whole state is lost", function () {
  this.timeout(severalCommands);
  const stack = useStack({ products: ["prod_team", "prod_enterprise"] });

  it("adopts all objects with the next `up`, without duplicates, and can be destroyed", async () => {
    const more = `
const audit = new Feature("audit", { lookupKey: "audit", name: "Audit log", metadata: { team: "identity" } });
for (const product of ["prod_team", "prod_enterprise"])
  new ProductFeature(product + "-audit", { product, entitlementFeature: audit.id });
`;
    await stack().up(program("sso", "team-sso") + more);
    const server = onServer(stack());
    const state = await stack().objects();
    await rm(join(stack().directory, "state", ".pulumi"), { recursive: true });
    await stack().must(["stack", "init", stackName]);
    await stack().up();
    assert.deepEqual(onServer(stack()), server);
    const byUrn = (objects: typeof state) => objects.toSorted((one, other) => one.urn.localeCompare(other.urn));
    assert.deepEqual(byUrn(await stack().objects()), byUrn(state));
    await stack().destroy();
    assert.deepEqual(active(stack()), []);
  });
});

describe("An API key of another account or mode", function () {
  this.timeout(severalCommands);
  const stack = useStack({ products: ["prod_team"] });
  const environments = {
    account: () => stack().emulator.environment({ account: "acct_elsewhere", livemode: false }),
    mode: () => stack().emulator.live,
  };
  const messages = {
    account: /API key belongs to account acct_elsewhere, but the stack's state says account acct_\w+/g,
    mode: /API key belongs to live mode, but the stack's state says test mode/g,
  };

  before(async () => {
    await stack().up(program("sso", "team-sso"));
    // Declared last, so the run has seen objects of the stack before it creates this one.
    const fresh = `new Feature("api", { lookupKey: "api", name: "API access" });`;
    await stack().program(program("sso", "team-sso").replace("Single sign-on", "SSO") + fresh);
  });

  for (const difference of ["account" as const, ...inFullRun("mode" as const)]) {
    it(`makes every command fail without a change for another ${difference}`, async () => {
      const { apiKey, dashboard } = environments[difference]();
      const server = onServer(stack());
      const state = JSON.stringify(await stack().objects());
      stack().takeRequests();
      for (const [command, fewestErrors] of [
        [["refresh", "--skip-preview"], 2],
        [["preview", "--refresh"], 2],
        [["up", "--skip-preview"], 1],
        [["destroy", "--skip-preview"], 1],
      ] as const) {
        const { exitCode, output } = await stack().run(command, { STRIPE_API_KEY: apiKey });
        assert.notEqual(exitCode, 0, `${command.join(" ")}\n${output}`);
        const errors = output.match(messages[difference]) ?? [];
        assert.ok(errors.length >= fewestErrors, `${command.join(" ")} reports ${errors.length} errors\n${output}`);
        assert.equal(JSON.stringify(await stack().objects()), state, command.join(" "));
      }
      assert.deepEqual(stack().takeRequests().filter(isWrite), []);
      assert.deepEqual(dashboard.features(), []);
      assert.deepEqual(onServer(stack()), server);
    });
  }

  itInFullRun("leaves a stack that the next `up` with the right key completes", async () => {
    await stack().up();
    assert.deepEqual(active(stack()), ["api", "sso"]);
  });
});

describeInFullRun("A feature attached to a product outside the stack", function () {
  this.timeout(severalCommands);
  const stack = useStack({ products: ["prod_team", "prod_partner"] });
  let id: string;

  before(async () => {
    await stack().up(program("sso", "team-sso"));
    id = await stack().idOf("sso");
    stack().dashboard.attach("prod_partner", id);
  });

  it("is not archived when the attachments of the stack are detached", async () => {
    await stack().program("");
    const { exitCode, output } = await stack().run(["up", "--skip-preview"]);
    assert.notEqual(exitCode, 0);
    assert.match(
      output,
      /not archived, because it is still attached to prod_partner "prod_partner", where an archived feature keeps granting/,
    );
    assert.match(output, /STRIPE_ENTITLEMENTS_ARCHIVE_WHILE_ATTACHED=true/);
    assert.equal(stack().dashboard.feature(id)?.active, true);
    assert.deepEqual([stack().attached("prod_team"), stack().attached("prod_partner")], [[], ["sso"]]);
    assert.equal(await stack().idOf("sso"), id);
  });

  itInFullRun("is archived with a notice when an environment variable allows it", async () => {
    const env = { STRIPE_ENTITLEMENTS_ARCHIVE_WHILE_ATTACHED: "true" };
    const { output } = await stack().must(["up", "--skip-preview"], env);
    assert.match(output, /Note: a feature that is archived while a product carries it keeps granting access/);
    assert.equal(stack().dashboard.feature(id)?.active, false);
    assert.deepEqual(stack().attached("prod_partner"), ["sso"]);
    assert.deepEqual(await stack().objects(), []);
  });
});

describeInFullRun("A stack with ownership: none", function () {
  this.timeout(severalCommands);
  const stack = useStack({ products: ["prod_team"] });

  it("removes the markers of an earlier `up`", async () => {
    await stack().up(program("sso", "team-sso"));
    await stack().must(["config", "set", "stripe-entitlements:ownership", "none"]);
    stack().takeRequests();
    await stack().up();
    const id = await stack().idOf("sso");
    assert.deepEqual(stack().takeRequests().filter(isWrite), [`POST /v1/entitlements/features/${id}`]);
    assert.deepEqual(stack().dashboard.feature(id)?.metadata, {});
    assert.ok(!JSON.stringify(await stack().objects()).includes("acme/dev/"));
  });

  it("keeps an object that a renamed resource could not adopt", async () => {
    const server = onServer(stack());
    const state = await stack().objects();
    await stack().program(program("single-sign-on", "team-sso"));
    const { exitCode, output } = await stack().run(["up", "--skip-preview", "--continue-on-error"]);
    assert.notEqual(exitCode, 0);
    assert.match(output, /an active feature already has this lookup key: feat_\w+, without a marker/);
    assert.deepEqual(onServer(stack()), server);
    assert.deepEqual(await stack().objects(), state);
  });

  itInFullRun("archives and detaches its own objects with `destroy`", async () => {
    await stack().destroy();
    assert.deepEqual(active(stack()), []);
    assert.deepEqual(stack().attached("prod_team"), []);
  });
});
