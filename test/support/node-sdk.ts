import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { packageSchema } from "../../provider/plugin/package-schema";
import { isFullRun } from "./full-run";
import { installNodeSdk as installGeneratedSdk } from "./sdk-example";

/** The name of the SDK's npm package. */
export const nodeSdk = "pulumi-stripe-entitlements-sdk";

/** The file of a program that uses the SDK. */
export const sdkFile = "with-sdk.js";

/**
 * Installs the SDK for Node.js beside a program. Only a full run generates it: the generator takes
 * minutes to build. Other runs use {@link writeNodeSdk}.
 */
export async function installNodeSdk(program: { readonly directory: string }): Promise<void> {
  await (isFullRun ? installGeneratedSdk(program) : writeNodeSdk(program, packageSchema()));
}

/**
 * Writes an SDK for Node.js with the resources and functions of a schema beside a program. It
 * registers and calls what the generated SDK does.
 */
export async function writeNodeSdk({ directory }: { readonly directory: string }, schema: object): Promise<void> {
  const folder = join(directory, "node_modules", nodeSdk);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const { version } = schema as { readonly version?: string };
  const pulumi = { resource: true, name: "stripe-entitlements", version };
  await writeFile(join(folder, "package.json"), JSON.stringify({ name: nodeSdk, version, pulumi }));
  await writeFile(join(folder, "schema.json"), JSON.stringify(schema));
  await writeFile(join(folder, "index.js"), code);
}

const code = `
const pulumi = require("@pulumi/pulumi");
const { resources, functions, version, pluginDownloadURL } = require("./schema.json");
const defaults = { version, pluginDownloadURL };
const nameOf = (token) => token.split(":").at(-1);
for (const [token, { isComponent = false, aliases = [], properties }] of Object.entries(resources)) {
  const outputs = Object.fromEntries(Object.keys(properties).map((name) => [name, undefined]));
  exports[nameOf(token)] = class extends (isComponent ? pulumi.ComponentResource : pulumi.CustomResource) {
    constructor(name, args, options) {
      super(token, name, { ...outputs, ...args }, pulumi.mergeOptions({ ...defaults, aliases }, options), isComponent);
    }
  };
}
for (const token of Object.keys(functions)) {
  exports[nameOf(token)] = (args) => pulumi.runtime.invoke(token, args, defaults);
}
`;
