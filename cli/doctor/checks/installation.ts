import { featureContract, productFeatureContract } from "../../../provider/dynamic/contract";
import { type Check, type Finding, failure, ok, warning } from "../check";
import { outputOf } from "../command-output";
import { isAtLeast } from "../compare-versions";
import type { Facts } from "../facts";
import { findPackage, oldestSdk, ownVersion, packageName, sdkName } from "../installed";
import type { Project } from "../project";

/** The package and the SDK as Pulumi finds them from the project. */
export const installation: Check = {
  name: "installation",
  run: async ({ project, io }) =>
    project === undefined ? [] : [...(await providerFindings(project, io)), sdkFinding(project)],
};

/** Runs the text that the state of every resource holds, in the folder where Pulumi runs it. */
async function providerFindings({ programFolder }: Project, { env }: Facts["io"]): Promise<readonly Finding[]> {
  const texts = [featureContract, productFeatureContract].map(({ provider }) => `${provider}; exports.handler();`);
  const { error } = await outputOf({ env, cwd: programFolder }, process.execPath, ["-e", texts.join("\n")]);
  if (error !== undefined) {
    const reason = error.split("\n").find((line) => /Error\b/.test(line)) ?? error;
    const hint = `Add ${packageName} to the dependencies in the project's package.json, and install them.`;
    return [failure(`The project in ${programFolder} cannot load the provider: ${reason.trim()}`, hint)];
  }
  const version = findPackage(programFolder, packageName)?.version;
  const found = ok(`The project loads the provider of ${packageName} ${version ?? ""}`.trim());
  if (version === undefined || version === ownVersion()) return [found];
  const hint = `Run the command of the project: \`npx stripe-entitlements doctor\` in ${programFolder}.`;
  return [found, warning(`This command is of version ${ownVersion()}, the project has ${version}`, hint)];
}

function sdkFinding({ programFolder }: Project): Finding {
  const sdk = findPackage(programFolder, sdkName);
  const hint = `Install ${sdkName} ${oldestSdk()} or later in the project.`;
  if (sdk === undefined) return failure(`The project does not find ${sdkName}`, hint);
  if (isAtLeast(sdk.version, oldestSdk())) return ok(`${sdkName} ${sdk.version}`);
  return failure(`${sdkName} ${sdk.version} is too old`, hint);
}
