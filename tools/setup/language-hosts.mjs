import { versionFlag } from "./pulumi-build.mjs";
import { languageHostVersion, yamlHostVersion } from "./versions.mjs";

/** @import { GoTool } from "./go-tool.mjs" */

const help = "https://www.pulumi.com/docs/install/";
const sdk = "github.com/pulumi/pulumi/sdk/v3";

/**
 * Runs programs in YAML. An installed Pulumi CLI has it.
 * @type {GoTool}
 */
export const yamlHost = {
  name: "pulumi-language-yaml",
  version: yamlHostVersion,
  source: "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml",
  linker: `-X github.com/pulumi/pulumi-yaml/pkg/version.Version=v${yamlHostVersion}`,
  help,
  duration: "about 2 minutes",
};

/**
 * Runs programs in Python. An installed Pulumi CLI has it.
 * @type {GoTool}
 */
export const pythonHost = {
  name: "pulumi-language-python",
  version: languageHostVersion,
  source: `${sdk}/python/cmd/pulumi-language-python`,
  modules: "pulumi-language-hosts",
  linker: versionFlag(languageHostVersion),
  help,
  scripts: [`${sdk}@v${languageHostVersion}/python/cmd/pulumi-language-python-exec`],
};
