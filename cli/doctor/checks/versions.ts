import { oldestNode } from "../../../provider/config/node-version";
import { type Check, type Finding, failure, ok, warning } from "../check";
import { outputOf } from "../command-output";
import { isAtLeast } from "../compare-versions";
import type { Facts } from "../facts";
import { oldestSdk } from "../installed";

/** The versions of Node.js and of the Pulumi CLI. */
export const versions: Check = {
  name: "versions",
  run: async ({ io }) => Promise.all([nodeOnPath(io), pulumi(io)]),
};

/** Pulumi runs the first `node` on PATH, which may not be the one that runs this command. */
async function nodeOnPath(io: Facts["io"]): Promise<Finding> {
  const { stdout, error } = await outputOf(io, "node", ["--version"]);
  const newer = `Put Node.js ${oldestNode} or later first on PATH.`;
  if (error !== undefined) return failure("Pulumi finds no node on PATH", newer);
  if (isAtLeast(stdout, oldestNode)) return ok(`Node.js ${stdout}`);
  return failure(`Node.js ${stdout} on PATH is too old`, newer);
}

async function pulumi(io: Facts["io"]): Promise<Finding> {
  const { stdout, error, isMissing } = { isMissing: false, ...(await outputOf(io, "pulumi", ["version"])) };
  const install = "Install the Pulumi CLI: https://www.pulumi.com/docs/iac/download-install/";
  if (isMissing) return failure("there is no pulumi on PATH", install);
  if (error !== undefined) return failure(`\`pulumi version\` failed: ${error}`, install);
  if (isAtLeast(stdout, oldestSdk())) return ok(`Pulumi CLI ${stdout}`);
  return warning(`Pulumi CLI ${stdout} is older than the versions that are tested, ${oldestSdk()} and later`, install);
}
