import assert from "node:assert/strict";
import { severalCommands } from "../support/pulumi";
import { useStack } from "../support/stack";

const plans = `
const sso = new Feature("sso", { lookupKey: "sso", name: "Single sign-on", metadata: { team: "identity" } });
const api = new Feature("api", { lookupKey: "api", name: "API access" });
new ProductFeature("team-api", { product: "prod_team", entitlementFeature: api.id });
new ProductFeature("enterprise-api", { product: "prod_enterprise", entitlementFeature: api.id });
new ProductFeature("enterprise-sso", { product: "prod_enterprise", entitlementFeature: sso.id });
`;

describe("a feature that somebody edited in the Dashboard", function () {
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

  it("is in line before", () => stack().mustBeInLine());

  it("is a planned update, whether it was the name, the metadata or the marker, and `up` repairs it", async () => {
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
    await stack().mustBeInLine();
  });
});

describe("what somebody changed in the Dashboard", function () {
  this.timeout(severalCommands);
  const stack = useStack({ products: ["prod_team", "prod_enterprise"] });
  let sso = "";

  const active = () =>
    stack()
      .dashboard.features({ archived: false })
      .map(({ lookup_key }) => lookup_key)
      .sort();

  const assertPlans = () => {
    assert.deepEqual(active(), ["api", "sso"]);
    assert.deepEqual(stack().attached("prod_team"), ["api"]);
    assert.deepEqual(stack().attached("prod_enterprise"), ["api", "sso"]);
  };

  before(async () => {
    await stack().up(plans);
    sso = await stack().idOf("sso");
  });

  it("is attached again when it was detached", async () => {
    stack().dashboard.detach("prod_enterprise", sso);
    assert.deepEqual(await stack().driftPlan(), ["create ProductFeature enterprise-sso"]);
    await stack().up(undefined, "--refresh");
    assertPlans();
  });

  it("is the same when it was detached and attached by hand: the attachment is another one", async () => {
    stack().dashboard.detach("prod_team", await stack().idOf("api"));
    await stack().up(undefined, "--refresh");
    assertPlans();
  });

  it("is a new feature with its attachments when it was archived", async () => {
    stack().dashboard.archiveFeature(sso);
    assert.deepEqual(await stack().driftPlan(), ["create Feature sso", "replace ProductFeature enterprise-sso"]);
    await stack().up(undefined, "--refresh");
    assertPlans();
    assert.notEqual(await stack().idOf("sso"), sso);
    assert.equal(stack().dashboard.feature(sso)?.active, false);
    sso = await stack().idOf("sso");
  });

  it("is attached again to a product that was deleted and made anew", async () => {
    stack().dashboard.deleteProduct("prod_team");
    const refused = await stack().run(["up", "--refresh", "--skip-preview"]);
    assert.notEqual(refused.exitCode, 0);
    assert.match(
      refused.output,
      /ProductFeature "\S+" \(feat_\w+ on prod_team\): product prod_team does not exist in this account/,
    );
    stack().dashboard.createProduct({ id: "prod_team", name: "Team" });
    assert.deepEqual(await stack().driftPlan(), ["create ProductFeature team-api"]);
    await stack().up(undefined, "--refresh");
    assertPlans();
  });

  it("is planned and repaired in one run when it is one of each", async () => {
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
    assertPlans();
    assert.equal(stack().dashboard.feature(sso)?.name, "Single sign-on");
    await stack().mustBeInLine();
  });

  it("does not stand in the way of `destroy`", async () => {
    stack().dashboard.archiveFeature(await stack().idOf("sso"));
    stack().dashboard.detach("prod_team", await stack().idOf("api"));
    stack().dashboard.deleteProduct("prod_enterprise");
    await stack().destroy();
    assert.deepEqual(active(), []);
    assert.deepEqual(stack().attached("prod_team"), []);
    assert.deepEqual(await stack().exported(), []);
  });
});
