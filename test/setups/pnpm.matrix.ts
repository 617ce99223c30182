import { tools } from "./support/package-managers";
import { installWithPnpm, manifest, programManifest, type SetUp } from "./support/set-up";
import { testSetUp } from "./support/test-set-up";

for (const tool of [tools.pnpm10, tools.pnpm12]) {
  const name = `pnpm ${tool.version.split(".")[0]}`;
  const install = installWithPnpm(tool);

  const byDefault: SetUp = {
    name: `${name}, default layout`,
    files: (packed) => ({ "package.json": programManifest(`file:${packed}`), "pnpm-workspace.yaml": "" }),
    install,
  };

  const globalVirtualStore: SetUp = {
    name: `${name}, global virtual store`,
    files: (packed) => ({
      "package.json": programManifest(`file:${packed}`),
      "pnpm-workspace.yaml": "enableGlobalVirtualStore: true\n",
    }),
    install,
  };

  const workspaceWithoutHoisting: SetUp = {
    name: `${name}, workspace with hoist=false`,
    files: (packed) => ({
      "package.json": manifest("workspace", {}),
      "pnpm-workspace.yaml": "packages: [packages/*]\nhoist: false\n",
      "packages/infra/package.json": programManifest(`file:${packed}`),
    }),
    project: "packages/infra",
    install,
  };

  testSetUp(byDefault);
  testSetUp(globalVirtualStore);
  testSetUp(workspaceWithoutHoisting);
}
