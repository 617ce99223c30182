import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Emulator, startEmulator } from "../../emulator";
import { featureContract, productFeatureContract } from "../../provider/dynamic/contract";
import { hermetic } from "../support/pulumi";
import { toolFile, tools } from "./support/package-managers";
import { type Installation, install, installWithBun, programManifest, type SetUp } from "./support/set-up";
import { setUpTimeout, testSetUp } from "./support/test-set-up";

const exec = promisify(execFile);

const bunInstall: SetUp = {
  name: "bun install, program run by Node.js",
  files: (packed) => ({ "package.json": programManifest(`file:${packed}`) }),
  install: installWithBun,
};

testSetUp(bunInstall);

const mockedProgram = `
import * as pulumi from "@pulumi/pulumi";
import { EntitlementCatalog, Feature, ProductFeature } from "pulumi-stripe-entitlements";
import { defineCatalog } from "pulumi-stripe-entitlements/catalog";

const registered = [];
const newResource = ({ type, name, inputs }) => {
  registered.push({ type, name, inputs });
  return { id: "id_" + name, state: inputs };
};
await pulumi.runtime.setMocks({ newResource, call: ({ inputs }) => inputs }, "shop", "production");

const catalog = defineCatalog({ features: { api: { name: "API" } }, plans: { team: { features: ["api"] } } });
const sso = new Feature("sso", { lookupKey: "sso", name: "Single sign-on", metadata: { team: "identity" } });
const attachment = new ProductFeature("team-sso", { product: "prod_team", entitlementFeature: sso.id });
const acme = new EntitlementCatalog("acme", { catalog, products: { team: "prod_team" } });
pulumi.all([attachment.urn, acme.featureIds, acme.attachmentIds]).apply(() =>
  console.log(JSON.stringify({ bun: process.versions.bun, registered })),
);
`;

// The language host of Pulumi's runtime "bun" is not needed here: the program runs in this process.
const automation = `
import { LocalWorkspace } from "@pulumi/pulumi/automation";
import { Feature, ProductFeature } from "pulumi-stripe-entitlements";

const [command, name, backend] = process.argv.slice(2);
const program = async () => {
  const sso = new Feature("sso", { lookupKey: "sso", name });
  new ProductFeature("team-sso", { product: "prod_team", entitlementFeature: sso.id });
};
const workDir = process.cwd();
const projectSettings = { name: "acme", runtime: "nodejs", main: workDir, backend: { url: backend } };
const stack = await LocalWorkspace.createOrSelectStack(
  { projectName: "acme", stackName: "dev", program },
  { workDir, projectSettings },
);
if (command === "up") await stack.up();
if (command === "preview") await stack.preview({ refresh: true, expectNoChanges: true });
if (command === "destroy") await stack.destroy();
process.exit(0);
`;

describe("A program run by bun", function () {
  this.timeout(setUpTimeout);
  let installation: Installation;
  let bun: string;
  let emulator: Emulator;

  before(async () => {
    [installation, bun, emulator] = await Promise.all([install(bunInstall), toolFile(tools.bun), startEmulator()]);
    emulator.sandbox.dashboard.createProduct({ id: "prod_team", name: "Team" });
    await Promise.all(["state", "pulumi-home"].map((name) => mkdir(join(installation.folder, name))));
  });

  after(async () => {
    await Promise.all([emulator?.close(), installation?.remove()]);
  });

  async function runBun(text: string, ...args: readonly string[]): Promise<string> {
    await writeFile(join(installation.project, "program.ts"), text);
    const env = hermetic({
      PULUMI_HOME: join(installation.folder, "pulumi-home"),
      STRIPE_API_BASE: emulator.url,
      STRIPE_API_KEY: emulator.apiKey,
    });
    const { stdout } = await exec(bun, ["program.ts", ...args], { cwd: installation.project, env });
    return stdout;
  }

  it("registers a Feature, a ProductFeature and an EntitlementCatalog with mocks", async () => {
    const { bun: version, registered } = JSON.parse(await runBun(mockedProgram));
    assert.equal(version, tools.bun.version);
    const feature = { type: featureContract.type, __provider: featureContract.provider };
    const attachment = { type: productFeatureContract.type, __provider: productFeatureContract.provider };
    const flat = registered.map(({ type, name, inputs }: Registered) => [name, { type, ...inputs }]);
    assert.deepEqual(Object.fromEntries(flat), {
      sso: {
        ...feature,
        lookupKey: "sso",
        name: "Single sign-on",
        metadata: { team: "identity" },
        owner: "shop/production/sso",
      },
      "team-sso": {
        ...attachment,
        product: "prod_team",
        entitlementFeature: "id_sso",
        owner: "shop/production/team-sso",
      },
      acme: { type: "stripe-entitlements:index:EntitlementCatalog" },
      "acme/api": { ...feature, lookupKey: "api", name: "API", owner: "shop/production/acme/api" },
      "acme/team/api": {
        ...attachment,
        product: "prod_team",
        entitlementFeature: "id_acme/api",
        owner: "shop/production/acme/team/api",
      },
    });
  });

  it("creates, updates and deletes as an inline program of the Automation API", async () => {
    const { dashboard } = emulator.sandbox;
    const backend = `file://${join(installation.folder, "state")}`;
    const onServer = () => [
      dashboard.features().map(({ name, active }) => ({ name, active })),
      dashboard.productFeatures("prod_team").length,
    ];
    await runBun(automation, "up", "Single sign-on", backend);
    assert.deepEqual(onServer(), [[{ name: "Single sign-on", active: true }], 1]);
    await runBun(automation, "preview", "Single sign-on", backend);
    await runBun(automation, "up", "SSO", backend);
    assert.deepEqual(onServer(), [[{ name: "SSO", active: true }], 1]);
    await runBun(automation, "destroy", "SSO", backend);
    assert.deepEqual(onServer(), [[{ name: "SSO", active: false }], 0]);
  });
});

interface Registered {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}
