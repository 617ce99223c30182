// Run by the Node.js that @pulumi/pulumi needs, which may be another than the one that runs the set-up.
import { createRequire } from "node:module";
import { join } from "node:path";

const ORIGIN = "https://get.pulumi.com/install.sh";
const REACHABLE_WITHIN_MS = 5_000;

const [checkout, root, version] = process.argv.slice(2);

/** Pulumi's own installer waits for minutes where there is no network. */
async function originIsReachable() {
  try {
    await fetch(ORIGIN, { method: "HEAD", signal: AbortSignal.timeout(REACHABLE_WITHIN_MS) });
    return true;
  } catch (error) {
    const reason = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    console.error(`get.pulumi.com cannot be reached: ${reason}`);
    return false;
  }
}

if (await originIsReachable()) {
  const require = createRequire(join(checkout, "package.json"));
  const sdk = require.resolve("@pulumi/pulumi/automation");
  const { PulumiCommand } = require(sdk);
  const { SemVer } = createRequire(sdk)("semver");
  await PulumiCommand.install({ root, version: new SemVer(version) });
} else {
  process.exitCode = 1;
}
