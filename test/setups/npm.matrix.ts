import { installWithNpm, manifest, programManifest, type SetUp } from "./support/set-up";
import { testSetUp } from "./support/test-set-up";

const tarball: SetUp = {
  name: "npm, packed tarball",
  files: (packed) => ({ "package.json": programManifest(`file:${packed}`) }),
  install: installWithNpm,
};

const workspace: SetUp = {
  name: "npm workspace, this package and the program as workspace packages",
  files: () => ({
    "package.json": manifest("workspace", { workspaces: ["packages/*"] }),
    "packages/infra/package.json": programManifest("*"),
  }),
  unpackInto: "packages/pulumi-stripe-entitlements",
  project: "packages/infra",
  install: installWithNpm,
};

testSetUp(tarball);
testSetUp(workspace);
