import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { featureContract, productFeatureContract } from "../../provider/dynamic/contract";
import { hermetic } from "../support/pulumi";
import { inlineProgram, testAutomation } from "./support/automation";
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

// Pulumi's language host for "bun" is not needed here: the program runs in bun's process.
testAutomation({ ...bunInstall, name: "Automation API, inline program run by bun" }, inlineProgram, () =>
  toolFile(tools.bun),
);

describe("Set-up program run by bun, with `pulumi.runtime.setMocks`", function () {
  this.timeout(setUpTimeout);
  let installation: Installation;
  let bun: string;

  before(async () => {
    [installation, bun] = await Promise.all([install(bunInstall), toolFile(tools.bun)]);
  });

  after(async () => installation?.remove());

  async function runBun(text: string): Promise<string> {
    await writeFile(join(installation.project, "program.ts"), text);
    const { stdout } = await exec(bun, ["program.ts"], { cwd: installation.project, env: hermetic({}) });
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
});

interface Registered {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}
