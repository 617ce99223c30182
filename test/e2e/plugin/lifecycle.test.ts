import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { describeInFullRun } from "../../support/full-run";
import { severalCommands } from "../../support/pulumi";
import { isWrite, useStack } from "../../support/stack";
import { yamlFile } from "../../support/yaml-program";

const program = (metadata: string) => `
resources:
  sso:
    type: stripe-entitlements:Feature
    properties: { lookupKey: sso, name: Single sign-on, metadata: ${metadata} }
  audit:
    type: stripe-entitlements:Feature
    properties: { lookupKey: audit-log, name: Audit log }
  team-audit:
    type: stripe-entitlements:ProductFeature
    properties: { product: prod_team, entitlementFeature: "\${audit.id}" }
  enterprise-audit:
    type: stripe-entitlements:ProductFeature
    properties: { product: prod_enterprise, entitlementFeature: "\${audit.id}" }
  enterprise-sso:
    type: stripe-entitlements:ProductFeature
    properties: { product: prod_enterprise, entitlementFeature: "\${sso.id}" }
outputs:
  audit: \${audit.id}
  live: \${sso.livemode}
  key: \${enterprise-sso.lookupKey}
`;

describe("A program in YAML", function () {
  this.timeout(severalCommands);
  const stack = useStack({ products: ["prod_team", "prod_enterprise"], main: yamlFile });

  const assertAsDeclared = (metadata: Readonly<Record<string, string>>) => {
    const features = stack()
      .dashboard.features({ archived: false })
      .map(({ lookup_key, name, metadata }) => [lookup_key, name, metadata]);
    assert.deepEqual(features.sort(), [
      ["audit-log", "Audit log", { pulumi_owner: "acme/dev/audit" }],
      ["sso", "Single sign-on", { ...metadata, pulumi_owner: "acme/dev/sso" }],
    ]);
    assert.deepEqual(stack().attached("prod_team"), ["audit-log"]);
    assert.deepEqual(stack().attached("prod_enterprise"), ["audit-log", "sso"]);
  };

  before(() => stack().program(program(`{ team: identity, tier: "1" }`)));

  it("rejects the key __proto__ in the metadata, which JavaScript would drop", async () => {
    await stack().program(program(`{ team: identity, __proto__: x }`));
    const { exitCode, output } = await stack().run(["preview"]);
    assert.notEqual(exitCode, 0, output);
    assert.match(output, /cannot hold the key __proto__/);
    // As a value it is accepted.
    await stack().program(program(`{ team: identity, tier: __proto__ }`));
    await stack().must(["preview"]);
    await stack().program(program(`{ team: identity, tier: "1" }`));
  });

  it("creates features and attachments with one request each, and stores no key", async () => {
    await stack().up();
    assertAsDeclared({ team: "identity", tier: "1" });
    assert.equal(stack().takeRequests().filter(isWrite).length, 5);
    const { outputs } = (await stack().exported()).find(({ type }) => type === "pulumi:pulumi:Stack") ?? {};
    assert.deepEqual(outputs, { audit: await stack().idOf("audit"), live: false, key: "sso" });
    for (const text of await stack().stateFiles()) assert.ok(!text.includes(stack().emulator.apiKey));
  });

  it("shows changes by hand property by property, and `up --refresh` repairs them", async () => {
    const archived = await stack().idOf("audit");
    stack().dashboard.archiveFeature(archived);
    stack().dashboard.renameFeature(await stack().idOf("sso"), "By hand");
    const { output } = await stack().must(["preview", "--refresh", "--diff"]);
    assert.match(output, new RegExp(`Feature "audit" \\(${archived}.*was archived outside Pulumi`));
    assert.match(output, /~ name *: "By hand" => "Single sign-on"/);
    assert.match(output, /~ entitlementFeature *: "feat_\w+" => \[unknown\]/);

    await stack().up(undefined, "--refresh");
    assertAsDeclared({ team: "identity", tier: "1" });
    assert.notEqual(await stack().idOf("audit"), archived);
    await stack().mustBeInLine();
  });

  it("shows each changed entry of the metadata, and `up` writes them with one request", async () => {
    await stack().program(program(`{ team: platform, cost-centre: "7" }`));
    stack().takeRequests();
    const { output } = await stack().must(["up", "--diff"]);
    assert.match(output, /\+ cost-centre *: "7"/);
    assert.match(output, /~ team *: "identity" => "platform"/);
    assert.match(output, /- tier *: "1"/);
    const writes = stack().takeRequests().filter(isWrite);
    assert.deepEqual(writes, [`POST /v1/entitlements/features/${await stack().idOf("sso")}`]);
    assertAsDeclared({ team: "platform", "cost-centre": "7" });
  });

  it("archives and detaches everything in `destroy`", async () => {
    await stack().destroy();
    assert.deepEqual(stack().dashboard.features({ archived: false }), []);
    assert.deepEqual([...stack().attached("prod_team"), ...stack().attached("prod_enterprise")], []);
    assert.deepEqual(await stack().exported(), []);
  });
});

describeInFullRun("A program in YAML whose `up` gets Ctrl-C", function () {
  this.timeout(severalCommands);
  const stack = useStack({ main: yamlFile });
  const names = Array.from({ length: 20 }, (_, n) => `feature-${n}`);

  it("ends the requests in flight, and the next `up` creates the rest once", async () => {
    const resources = names.map(
      (name) => `  ${name}: { type: stripe-entitlements:Feature, properties: { lookupKey: ${name}, name: ${name} } }\n`,
    );
    await stack().program(`resources:\n${resources.join("")}`);
    const latency = stack().emulator.faults.add({ kind: "latency", ms: 1000 });
    const { pid, outcome } = stack().begin(["up", "--skip-preview", "--parallel", "2"]);
    while (stack().dashboard.features().length < 2) await sleep(50);
    process.kill(pid ?? assert.fail("pulumi did not start"), "SIGINT");
    const { exitCode, output } = await outcome;
    assert.notEqual(exitCode, 0, output);
    const created = stack().dashboard.features();
    assert.ok(created.length < names.length, `${created.length} features`);
    latency.remove();

    await stack().up();
    const features = stack().dashboard.features({ archived: false });
    assert.deepEqual(features.map(({ lookup_key }) => lookup_key).sort(), [...names].sort());
    assert.ok(created.every(({ id }) => stack().dashboard.feature(id)?.active));
    await stack().mustBeInLine();
  });
});
