import assert from "node:assert/strict";
import { itInFullRun } from "../support/full-run";
import { severalCommands } from "../support/pulumi";
import { useStack } from "../support/stack";

const plans = `
const sso = new Feature("sso", { lookupKey: "sso", name: "Single sign-on", metadata: { team: "identity" } });
const api = new Feature("api", { lookupKey: "api", name: "API access" });
new ProductFeature("team-api", { product: "prod_team", entitlementFeature: api.id });
new ProductFeature("enterprise-api", { product: "prod_enterprise", entitlementFeature: api.id });
new ProductFeature("enterprise-sso", { product: "prod_enterprise", entitlementFeature: sso.id });
`;

describe("Drift of a feature", function () {
  this.timeout(severalCommands);
  const stack = useStack();
  const declared = (name: string) => ({ team: "identity", pulumi_owner: `acme/dev/${name}` });
  const edits = {
    changed: { ...declared("changed"), team: "sales" },
    added: { ...declared("added"), note: "by hand" },
    removed: { pulumi_owner: "acme/dev/removed" },
    unmarked: { team: "identity" },
  };
  const names = ["renamed", ...Object.keys(edits)];

  before(() =>
    stack().up(`
for (const name of ${JSON.stringify(names)})
  new Feature(name, { lookupKey: name, name: "As declared", metadata: { team: "identity" } });
`),
  );

  itInFullRun("shows no change before an edit in the Dashboard", () => stack().mustBeInLine());

  it("plans and repairs an edited name, metadata or marker as an update", async () => {
    stack().dashboard.renameFeature(await stack().idOf("renamed"), "By hand");
    for (const [name, metadata] of Object.entries(edits)) {
      stack().dashboard.setMetadata(await stack().idOf(name), metadata);
    }
    const planned = await stack().driftPlan();
    assert.deepEqual(planned.sort(), names.map((name) => `update Feature ${name}`).sort());
    await stack().up(undefined, "--refresh");
    for (const { lookup_key, name, metadata } of stack().dashboard.features()) {
      assert.deepEqual({ name, metadata }, { name: "As declared", metadata: declared(lookup_key) });
    }
    assert.equal(stack().dashboard.features().length, names.length);
  });
});

describe("Drift of features, attachments and products", function () {
  this.timeout(severalCommands);
  const stack = useStack({ products: ["prod_team", "prod_enterprise"] });
  let sso = "";

  const active = () =>
    stack()
      .dashboard.features({ archived: false })
      .map(({ lookup_key }) => lookup_key)
      .sort();

  const assertAsDeclared = () => {
    assert.deepEqual(active(), ["api", "sso"]);
    assert.deepEqual(stack().attached("prod_team"), ["api"]);
    assert.deepEqual(stack().attached("prod_enterprise"), ["api", "sso"]);
  };

  before(async () => {
    await stack().up(plans);
    sso = await stack().idOf("sso");
  });

  itInFullRun("attaches a detached feature again", async () => {
    stack().dashboard.detach("prod_enterprise", sso);
    assert.deepEqual(await stack().driftPlan(), ["create ProductFeature enterprise-sso"]);
    await stack().up(undefined, "--refresh");
    assertAsDeclared();
  });

  itInFullRun("adopts an attachment that was detached and attached again by hand", async () => {
    const api = await stack().idOf("api");
    stack().dashboard.detach("prod_team", api);
    const { id } = stack().dashboard.attach("prod_team", api);
    await stack().up(undefined, "--refresh");
    assertAsDeclared();
    assert.equal(await stack().idOf("team-api"), id);
  });

  itInFullRun("replaces an archived feature by a new one with the same attachments", async () => {
    stack().dashboard.archiveFeature(sso);
    assert.deepEqual(await stack().driftPlan(), ["create Feature sso", "replace ProductFeature enterprise-sso"]);
    await stack().up(undefined, "--refresh");
    assertAsDeclared();
    assert.notEqual(await stack().idOf("sso"), sso);
    assert.equal(stack().dashboard.feature(sso)?.active, false);
    sso = await stack().idOf("sso");
  });

  itInFullRun("attaches features again to a product that was deleted and created again", async () => {
    stack().dashboard.deleteProduct("prod_team");
    const failed = await stack().run(["up", "--refresh", "--skip-preview"]);
    assert.notEqual(failed.exitCode, 0);
    assert.match(
      failed.output,
      /ProductFeature "\S+" \(feat_\w+ on prod_team\): product prod_team does not exist in this account/,
    );
    stack().dashboard.createProduct({ id: "prod_team", name: "Team" });
    assert.deepEqual(await stack().driftPlan(), ["create ProductFeature team-api"]);
    await stack().up(undefined, "--refresh");
    assertAsDeclared();
  });

  it("repairs archived, detached and renamed objects in one run", async () => {
    const api = await stack().idOf("api");
    stack().dashboard.archiveFeature(api);
    stack().dashboard.detach("prod_enterprise", sso);
    stack().dashboard.renameFeature(sso, "Renamed by hand");
    const planned = await stack().driftPlan();
    assert.deepEqual(planned.sort(), [
      "create Feature api",
      "create ProductFeature enterprise-sso",
      "replace ProductFeature enterprise-api",
      "replace ProductFeature team-api",
      "update Feature sso",
    ]);
    await stack().up(undefined, "--refresh");
    assertAsDeclared();
    assert.equal(stack().dashboard.feature(sso)?.name, "Single sign-on");
    await stack().mustBeInLine();
  });

  it("destroys a stack whose objects are archived, detached or deleted", async () => {
    stack().dashboard.archiveFeature(await stack().idOf("sso"));
    stack().dashboard.detach("prod_team", await stack().idOf("api"));
    stack().dashboard.deleteProduct("prod_enterprise");
    await stack().destroy();
    assert.deepEqual(active(), []);
    assert.deepEqual(stack().attached("prod_team"), []);
    assert.deepEqual(await stack().exported(), []);
  });
});
