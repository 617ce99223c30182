import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { makeDirectory } from "./cache.mjs";
import { runStep } from "./step.mjs";
import { PULUMI_VERSION } from "./versions.mjs";

/** @import { Environment } from "./path.mjs" */
/** @import { Setup } from "./prepare.mjs" */

const INSTALLER = fileURLToPath(new URL("pulumi-installer.mjs", import.meta.url));
const TIMEOUT_MS = 5 * 60_000;

/**
 * Installs the official build of the CLI.
 * @param {Setup} setup
 * @param {string} root the CLI comes to its folder `bin`
 */
export async function downloadPulumi({ checkout, node, env }, root) {
  makeDirectory(root);
  const temporary = join(root, "tmp");
  mkdirSync(temporary);
  await runStep({
    title: `Downloading the Pulumi CLI ${PULUMI_VERSION}: usually less than a minute.`,
    name: "The download",
    command: node,
    args: [INSTALLER, checkout, root, PULUMI_VERSION],
    cwd: root,
    // Node.js heeds the proxy variables only when told to.
    env: { ...env, TMPDIR: temporary, TEMP: temporary, TMP: temporary, NODE_USE_ENV_PROXY: "1" },
    timeout: TIMEOUT_MS,
  });
}
