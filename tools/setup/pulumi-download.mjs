import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { makeDirectory } from "./cache.mjs";
import { runStep } from "./step.mjs";
import { pulumiVersion } from "./versions.mjs";

/** @import { Environment } from "./path.mjs" */
/** @import { Setup } from "./prepare.mjs" */

const installer = fileURLToPath(new URL("pulumi-installer.mjs", import.meta.url));
const timeoutMs = 5 * 60_000;

/**
 * Installs the official build of the CLI.
 * @param {Setup} setup
 * @param {string} root the CLI is written to its folder `bin`
 */
export async function downloadPulumi({ checkout, node, env }, root) {
  makeDirectory(root);
  const temporary = join(root, "tmp");
  mkdirSync(temporary);
  await runStep({
    title: `Downloading the Pulumi CLI ${pulumiVersion}: usually less than a minute.`,
    name: "The download",
    command: node,
    args: [installer, checkout, root, pulumiVersion],
    cwd: root,
    // Node.js uses the proxy variables only with NODE_USE_ENV_PROXY.
    env: { ...env, TMPDIR: temporary, TEMP: temporary, TMP: temporary, NODE_USE_ENV_PROXY: "1" },
    timeout: timeoutMs,
  });
}
