import { installWithBun, programManifest, type SetUp } from "./support/set-up";
import { testSetUp } from "./support/test-set-up";

const bunInstall: SetUp = {
  name: "bun install, program run by Node.js",
  files: (packed) => ({ "package.json": programManifest(`file:${packed}`) }),
  install: installWithBun,
};

testSetUp(bunInstall);
