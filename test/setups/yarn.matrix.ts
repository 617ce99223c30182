import { installWithYarn, programManifest, type SetUp } from "./support/set-up";
import { testSetUp } from "./support/test-set-up";

const nodeModules: SetUp = {
  name: "yarn, nodeLinker node-modules",
  files: (packed) => ({
    "package.json": programManifest(`file:${packed}`),
    ".yarnrc.yml": "nodeLinker: node-modules\n",
    // Makes this folder the top of the project for yarn.
    "yarn.lock": "",
  }),
  install: installWithYarn,
};

testSetUp(nodeModules);
