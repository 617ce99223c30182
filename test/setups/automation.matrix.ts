import { inlineProgram, localProgram, testAutomation } from "./support/automation";
import { installWithNpm, programManifest, type SetUp } from "./support/set-up";

const npm = (name: string): SetUp => ({
  name,
  files: (packed) => ({ "package.json": programManifest(`file:${packed}`) }),
  install: installWithNpm,
});

testAutomation(npm("Automation API, inline program"), inlineProgram);
testAutomation(npm("Automation API, local program"), localProgram);
