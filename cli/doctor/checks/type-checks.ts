import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseTsconfig } from "get-tsconfig";
import { messageOf } from "../../cli-error";
import { type Check, failure, ok, warning } from "../check";
import type { Facts } from "../facts";
import type { Project } from "../project";

/** Whether Pulumi checks the types of the program at each start, which takes a second or more. */
export const typeChecks: Check = {
  name: "types",
  run: ({ project, io }) => {
    if (project?.runtime !== "nodejs" || !isTypeScript(project)) return [];
    const name = tsconfigOf(project);
    try {
      const setting = settingOf(project, io);
      if (setting !== undefined) return [ok(`Types are not checked at each start (${setting})`)];
    } catch (error) {
      return [failure(`${name} cannot be read: ${messageOf(error)}`, "Correct the file.")];
    }
    const hint = `Add "ts-node": { "transpileOnly": true } to ${name}, and run \`npx tsc --noEmit\` in CI.`;
    return [warning("Pulumi checks the types at each start, which makes every command slower", hint)];
  },
};

const tsconfigOf = ({ options }: Project) => String(options["tsconfig"] ?? "tsconfig.json");

function isTypeScript({ programFolder, mainFile }: Project): boolean {
  if (mainFile !== undefined) return /\.[cm]?ts$/.test(mainFile);
  return ["index.ts", "tsconfig.json"].some((file) => existsSync(join(programFolder, file)));
}

/** Returns the name of the setting that stops Pulumi from checking the types, if there is one. */
function settingOf(project: Project, { env }: Facts["io"]): string | undefined {
  if (project.options["typescript"] === false) return "runtime.options.typescript in Pulumi.yaml";
  // The variable replaces `noCheck`: https://github.com/pulumi/pulumi, sdk/nodejs/cmd/run/run.ts
  const variable = env["PULUMI_NODEJS_TRANSPILE_ONLY"];
  if (variable === "true") return "PULUMI_NODEJS_TRANSPILE_ONLY";
  const file = resolve(project.programFolder, tsconfigOf(project));
  if (!existsSync(file)) return undefined;
  const { compilerOptions, "ts-node": tsNode } = parseTsconfig(file) as TsConfig;
  if (tsNode?.transpileOnly === true) return "transpileOnly";
  if (tsNode?.swc === true) return "swc";
  return compilerOptions?.noCheck === true && !variable ? "noCheck" : undefined;
}

interface TsConfig {
  readonly compilerOptions?: { readonly noCheck?: boolean };
  readonly "ts-node"?: { readonly transpileOnly?: boolean; readonly swc?: boolean };
}
