import assert from "node:assert/strict";
import { describeInFullRun, itInFullRun } from "../support/full-run";
import { plannedSteps, severalCommands } from "../support/pulumi";
import { isWrite, useStack } from "../support/stack";

const imports = `
const { EntitlementCatalog } = require("pulumi-stripe-entitlements");
const { defineCatalog } = require("pulumi-stripe-entitlements/catalog");
`;
const sso = `sso: { name: "Single sign-on", metadata: { team: "identity" } }`;
const auditLog = `"audit-log": { name: "Audit log" }`;
const api = `api: { name: "API access" }`;
const team = `team: { features: ["audit-log"] }`;
const enterprise = `enterprise: { includes: ["team"], features: ["sso"] }`;
const pro = `pro: { includes: ["team"], features: ["api"] }`;

/** Returns a program with a catalog. The product of a plan `team` is `prod_team`. */
const program = (features: string, plans: string, { name = "acme", options = "{}", more = "" } = {}) => `${imports}
const catalog = defineCatalog({ features: { ${features} }, plans: { ${plans} } });
const products = Object.fromEntries(catalog.planNames.map((plan) => [plan, "prod_" + plan]));
${more}
const { featureIds, attachmentIds, matrix } = new EntitlementCatalog("${name}", { catalog, products }, ${options});
Object.assign(exports, { featureIds, attachmentIds, matrix });
`;
const twoPlans = `${team}, ${enterprise}`;

describe("EntitlementCatalog", function () {
  this.timeout(severalCommands);
  const stack = useStack({ products: ["prod_team", "prod_enterprise", "prod_pro"] });
  const planOf = async (text: string) => {
    await stack().program(text);
    return plannedSteps((await stack().must(["preview", "--json"])).stdout).toSorted();
  };
  const objectIds = async () => (await stack().objects()).map(({ id }) => id).toSorted();

  it("creates its features and attaches them to the products of its plans", async () => {
    await stack().up(program(`${sso}, ${auditLog}`, twoPlans));
    assert.deepEqual(stack().attached("prod_team"), ["audit-log"]);
    assert.deepEqual(stack().attached("prod_enterprise"), ["audit-log", "sso"]);
    const features = stack().dashboard.features();
    const found = features.map(({ lookup_key, name, metadata }) => [lookup_key, name, metadata]).toSorted();
    assert.deepEqual(found, [
      ["audit-log", "Audit log", { pulumi_owner: "acme/dev/acme/audit-log" }],
      ["sso", "Single sign-on", { team: "identity", pulumi_owner: "acme/dev/acme/sso" }],
    ]);
  });

  it("returns ids and the matrix of plans as outputs", async () => {
    const { stdout } = await stack().must(["stack", "output", "--json"]);
    const id = (name: string) => stack().idOf(`acme/${name}`);
    assert.deepEqual(JSON.parse(stdout), {
      featureIds: { sso: await id("sso"), "audit-log": await id("audit-log") },
      attachmentIds: {
        team: { "audit-log": await id("team/audit-log") },
        enterprise: { sso: await id("enterprise/sso"), "audit-log": await id("enterprise/audit-log") },
      },
      matrix: { sso: { team: false, enterprise: true }, "audit-log": { team: true, enterprise: true } },
    });
  });

  it("only creates resources when entries are added and reordered", async () => {
    const before = await objectIds();
    stack().takeRequests();
    await stack().up(program(`${api}, ${auditLog}, ${sso}`, `${enterprise}, ${pro}, ${team}`));
    const writes = stack().takeRequests().filter(isWrite);
    assert.deepEqual(writes.map(routeOf).toSorted(), ["POST features", "POST product", "POST product"]);
    assert.deepEqual(stack().attached("prod_pro"), ["api", "audit-log"]);
    const after = await objectIds();
    assert.deepEqual(
      before.filter((id) => !after.includes(id)),
      [],
    );
  });

  it("only detaches features when a plan is removed", async () => {
    stack().takeRequests();
    await stack().up(program(`${api}, ${auditLog}, ${sso}`, twoPlans));
    assert.deepEqual(stack().attached("prod_pro"), []);
    assert.deepEqual(stack().takeRequests().filter(isWrite).map(methodOf), ["DELETE", "DELETE"]);
    assert.equal(stack().dashboard.features({ archived: false }).length, 3);
  });

  it("keeps all objects and updates their markers when it is renamed without an alias", async () => {
    const before = await objectIds();
    await stack().up(program(`${api}, ${auditLog}, ${sso}`, twoPlans, { name: "offers" }));
    assert.deepEqual(await objectIds(), before);
    assert.deepEqual(stack().dashboard.features({ archived: true }), []);
    const markers = stack()
      .dashboard.features()
      .map(({ metadata }) => metadata["pulumi_owner"] ?? "");
    assert.ok(
      markers.every((marker) => marker.startsWith("acme/dev/offers/")),
      markers.join(),
    );
  });

  it("keeps all objects and updates their markers when it is renamed with an alias", async () => {
    const before = await objectIds();
    stack().takeRequests();
    const options = `{ aliases: [{ name: "offers" }] }`;
    await stack().up(program(`${api}, ${auditLog}, ${sso}`, twoPlans, { name: "plans", options }));
    assert.deepEqual(await objectIds(), before);
    assert.deepEqual(stack().takeRequests().filter(isWrite).map(routeOf), Array(3).fill("POST features"));
  });

  it("replaces the feature on every plan when its key changes", async () => {
    stack().takeRequests();
    const renamed = [`${api}, ${auditLog}, ${sso}`, twoPlans].map((text) =>
      text.replaceAll(`"audit-log"`, `"audit-trail"`),
    );
    await stack().up(program(renamed[0] ?? "", renamed[1] ?? "", { name: "plans" }));
    assert.deepEqual(stack().takeRequests().filter(isWrite).map(routeOf), [
      ...["POST features", "POST product", "POST product"],
      ...["DELETE product", "DELETE product", "POST features"],
    ]);
    assert.deepEqual(stack().attached("prod_enterprise"), ["audit-trail", "sso"]);
    assert.deepEqual(
      stack()
        .dashboard.features({ archived: true })
        .map(({ lookup_key }) => lookup_key),
      ["audit-log"],
    );
  });

  itInFullRun("plans one replacement when a changed key has an alias for its child", async () => {
    const rename = `(resource) => resource.name === "plans/audit-log" && {
      props: resource.props, opts: pulumi.mergeOptions(resource.opts, { aliases: [{ name: "plans/audit-trail" }] }),
    } || undefined`;
    const options = `{ transforms: [${rename}] }`;
    const planned = await planOf(program(`${api}, ${auditLog}, ${sso}`, twoPlans, { name: "plans", options }));
    assert.deepEqual(
      planned.filter((step) => step.includes(" Feature ")),
      ["replace Feature plans/audit-log"],
    );
    await stack().up();
    assert.deepEqual(stack().attached("prod_team"), ["audit-log"]);
    assert.deepEqual(stack().attached("prod_enterprise"), ["audit-log", "sso"]);
  });

  itInFullRun("passes `protect`, `retainOnDelete` and `dependsOn` to its children", async () => {
    const more = `const other = new Feature("other", { lookupKey: "other", name: "Other" });`;
    const options = (protect: boolean) => `{ protect: ${protect}, retainOnDelete: true, dependsOn: [other] }`;
    const text = (protect: boolean) =>
      program(`${api}, ${auditLog}, ${sso}`, twoPlans, { name: "plans", options: options(protect), more });
    await stack().up(text(true));
    const children = (await stack().exported()).filter(({ urn }) => urn.includes("::plans/"));
    assert.equal(children.length, 6);
    for (const { urn, protect, retainOnDelete, dependencies = [] } of children) {
      assert.ok(protect && retainOnDelete && dependencies.some((each) => each.endsWith("::other")), urn);
    }
    stack().takeRequests();
    await stack().up(text(false));
    await stack().destroy();
    assert.deepEqual(stack().attached("prod_enterprise"), ["audit-log", "sso"]);
    assert.deepEqual(stack().takeRequests().filter(isWrite).map(routeOf), ["POST features"]);
    assert.deepEqual(await stack().exported(), []);
  });

  itInFullRun("protects features only with the transform of the documentation", async () => {
    const protectFeatures = `({ type, props, opts }) => ({
      props,
      opts: { ...opts, protect: type.endsWith(":Feature") },
    })`;
    const options = `{ transforms: [${protectFeatures}] }`;
    await stack().up(program(sso, `team: { features: ["sso"] }`, { name: "plans", options }));
    const protectedUrns = (await stack().exported()).filter(({ protect }) => protect).map(({ urn }) => urn);
    assert.deepEqual(protectedUrns, [await stack().urnOf("plans/sso")]);
    await stack().must(["state", "unprotect", "--all", "--yes"]);
  });

  it("adopts the objects that carry its markers and can be destroyed", async () => {
    stack().takeRequests();
    await stack().up(program(`${api}, ${auditLog}, ${sso}`, twoPlans, { name: "plans" }));
    assert.equal(stack().dashboard.features({ archived: false }).length, 3);
    await stack().destroy();
    assert.deepEqual(stack().dashboard.features({ archived: false }), []);
    assert.deepEqual(stack().attached("prod_enterprise"), []);
  });
});

describeInFullRun("Resources that move into an EntitlementCatalog", function () {
  this.timeout(severalCommands);
  const stack = useStack({ products: ["prod_team", "prod_enterprise"] });

  const plain = `
const log = new Feature("audit-log", { lookupKey: "audit-log", name: "Audit log" });
const sso = new Feature("sign-on", { lookupKey: "sso", name: "Single sign-on", metadata: { team: "identity" } });
new ProductFeature("team-log", { product: "prod_team", entitlementFeature: log.id });
new ProductFeature("enterprise-log", { product: "prod_enterprise", entitlementFeature: log.id });
new ProductFeature("enterprise-sso", { product: "prod_enterprise", entitlementFeature: sso.id });
`;
  const objectIds = async () => (await stack().objects()).map(({ id }) => id).toSorted();

  it("keep their objects when each has an alias", async () => {
    await stack().up(plain);
    const before = await objectIds();
    stack().takeRequests();
    const more = `
const formerly = {
  "acme/audit-log": "audit-log",
  "acme/sso": "sign-on",
  "acme/team/audit-log": "team-log",
  "acme/enterprise/audit-log": "enterprise-log",
  "acme/enterprise/sso": "enterprise-sso",
};
const moved = ({ name, props, opts }) =>
  name in formerly
    ? { props, opts: pulumi.mergeOptions(opts, { aliases: [{ name: formerly[name], parent: pulumi.rootStackResource }] }) }
    : undefined;
`;
    await stack().up(program(`${sso}, ${auditLog}`, twoPlans, { more, options: "{ transforms: [moved] }" }));
    assert.deepEqual(await objectIds(), before);
    assert.deepEqual(stack().takeRequests().filter(isWrite).map(routeOf), ["POST features", "POST features"]);
    assert.deepEqual(stack().dashboard.features({ archived: true }), []);
    const markers = stack()
      .dashboard.features()
      .map(({ metadata }) => metadata["pulumi_owner"]);
    assert.deepEqual(markers.toSorted(), ["acme/dev/acme/audit-log", "acme/dev/acme/sso"]);
  });

  it("need no aliases after the move", async () => {
    await stack().program(program(`${sso}, ${auditLog}`, twoPlans));
    await stack().mustBeInLine();
  });

  it("keep their objects without aliases, out of the catalog and into it", async () => {
    const before = await objectIds();
    for (const text of [plain, program(`${sso}, ${auditLog}`, twoPlans)]) {
      await stack().up(text);
      assert.deepEqual(await objectIds(), before);
      assert.deepEqual(stack().dashboard.features({ archived: true }), []);
    }
    await stack().mustBeInLine();
  });
});

function methodOf(request: string): string {
  return request.split(" ", 1)[0] ?? "";
}

/** Returns the method and the kind of object, as `POST features` or `DELETE product`. */
function routeOf(request: string): string {
  return `${methodOf(request)} ${request.includes("/v1/products/") ? "product" : "features"}`;
}
