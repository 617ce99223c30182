// Installs the official Pulumi CLI. Runs in a process of its own, with the Node.js that
// @pulumi/pulumi needs: the setup may run with an older one.
import { createRequire } from "node:module";
import { join } from "node:path";

const origin = "https://get.pulumi.com/install.sh";
const reachableWithinMs = 5_000;

const [checkout, root, version] = process.argv.slice(2);

/**
 * Whether get.pulumi.com answers. Without a network Pulumi's own installer would wait for minutes.
 */
async function isOriginReachable() {
  try {
    await fetch(origin, { method: "HEAD", signal: AbortSignal.timeout(reachableWithinMs) });
    return true;
  } catch (error) {
    const reason = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    console.error(`cannot reach get.pulumi.com: ${reason}`);
    return false;
  }
}

if (await isOriginReachable()) {
  const require = createRequire(join(checkout, "package.json"));
  const sdk = require.resolve("@pulumi/pulumi/automation");
  const { PulumiCommand } = require(sdk);
  const { SemVer } = createRequire(sdk)("semver");
  await PulumiCommand.install({ root, version: new SemVer(version) });
} else {
  process.exitCode = 1;
}
