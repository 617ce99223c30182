import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { packageSchema } from "../../provider/plugin/package-schema";

/** The languages of the SDKs. */
export const languages = ["go", "nodejs", "python"];

const checkout = join(__dirname, "..", "..");

interface GoTools {
  readonly sdkGenerator: object;
  provideGoTool(tool: object, setup: { checkout: string; cache: string; env: NodeJS.ProcessEnv }): Promise<string>;
}

interface Cache {
  cacheDirectory(env: NodeJS.ProcessEnv): string;
}

/** Writes the SDK of a language. The folder contains nothing else afterwards. */
export async function generateSdk(language: string, folder: string): Promise<void> {
  const generator = await buildGenerator();
  rmSync(folder, { recursive: true, force: true });
  execFileSync(generator, [language, folder], { input: JSON.stringify(packageSchema()), stdio: ["pipe", 1, 2] });
}

/** Returns the generator. The first call on a machine builds it. */
async function buildGenerator(): Promise<string> {
  const { provideGoTool, sdkGenerator } = await load<GoTools>("go-tool.mjs");
  const { cacheDirectory } = await load<Cache>("cache.mjs");
  return provideGoTool(sdkGenerator, { checkout, cache: cacheDirectory(process.env), env: process.env });
}

/** Imports a module of tools/setup, which is plain JavaScript without declarations. */
function load<Module>(file: string): Promise<Module> {
  return import(pathToFileURL(join(checkout, "tools", "setup", file)).href);
}
