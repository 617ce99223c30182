import { delimiter, dirname, join } from "node:path";
import { languageHost } from "../tools/support/languages";
import type { Environment } from "./pulumi";

/** Milliseconds. Long enough to build the language host on a busy machine. */
export const buildTimeoutMs = 15 * 60_000;

/** The file of a program in YAML. It is also the file of the project. */
export const yamlFile = "Pulumi.yaml";

/**
 * Returns the variables with which the CLI runs programs in YAML. The first call on a machine
 * builds the language host.
 */
export async function yamlEnvironment(): Promise<Environment> {
  const host = await languageHost("yamlHost");
  return { PATH: [dirname(host), process.env["PATH"]].join(delimiter) };
}

/** Returns the first lines of a program in YAML, with the plugin of {@link pluginLines}. */
export function yamlProject(name: string, root: string): string {
  return `name: ${name}\nruntime: yaml\n${pluginLines(root)}`;
}

/**
 * Returns the lines of a project that say where the plugin is: the executable of the package that
 * is installed in `root`.
 */
export function pluginLines(root: string): string {
  return `plugins:
  providers:
    - name: stripe-entitlements
      path: ${JSON.stringify(join(root, "node_modules", ".bin"))}
`;
}
