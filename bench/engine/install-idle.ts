import { cp } from "node:fs/promises";
import { join } from "node:path";
import { packedProject } from "../../test/support/packed-project";

/** Makes the package with the plain dynamic resources available to the programs of all stacks. */
export async function installIdle(): Promise<void> {
  const { directory } = await packedProject();
  await cp(join(__dirname, "idle"), join(directory, "node_modules", "idle-entitlements"), { recursive: true });
}
