import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { installWithYarn, programManifest, type SetUp } from "./support/set-up";
import { testFailure, testSetUp } from "./support/test-set-up";

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

// Pulumi does not support it (pulumi/pulumi#3586). It works when the CLI runs with `yarn exec`,
// which sets this variable. The loader is for dependencies of this package that are ES modules.
const plugAndPlay: SetUp = {
  name: "yarn, nodeLinker pnp",
  files: (packed) => ({
    "package.json": programManifest(`file:${packed}`),
    ".yarnrc.yml": "nodeLinker: pnp\npnpEnableEsmLoader: true\n",
    "yarn.lock": "",
  }),
  install: installWithYarn,
  environment: (folder) => {
    const loader = pathToFileURL(join(folder, ".pnp.loader.mjs"));
    return { NODE_OPTIONS: `--require ${join(folder, ".pnp.cjs")} --experimental-loader ${loader}` };
  },
};

testSetUp(nodeModules);
testSetUp(plugAndPlay);
testFailure(
  {
    ...plugAndPlay,
    name: "yarn, nodeLinker pnp alone",
    environment: (folder) => ({ NODE_OPTIONS: `--require ${join(folder, ".pnp.cjs")}` }),
  },
  "dependencies of this package are ES modules, which yarn does not find without its loader",
  /Cannot find package '[a-z-]+'/,
);
