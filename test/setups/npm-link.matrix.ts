import { linkWithNpm, manifest, pulumiDependencies, type SetUp } from "./support/set-up";
import { testSetUp } from "./support/test-set-up";

const link: SetUp = {
  name: "npm link",
  files: () => ({ "package.json": manifest("acme", { dependencies: pulumiDependencies }) }),
  install: linkWithNpm,
};

testSetUp(link);
