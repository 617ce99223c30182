import { checkout, load } from "./tools";

type Name = "stripeMock" | "actionlint" | "sdkGenerator";

type GoTools = Readonly<Record<Name, object>> & {
  provideGoTool(tool: object, setup: { checkout: string; cache: string; env: NodeJS.ProcessEnv }): Promise<string>;
};

interface Cache {
  cacheDirectory(env: NodeJS.ProcessEnv): string;
}

/** Milliseconds. Long enough to build a tool. */
export const goToolTimeoutMs = 5 * 60_000;

/** Returns the executable of a tool. The first call on a machine builds it. */
export async function goTool(name: Name, places: { checkout?: string; cache?: string; env?: NodeJS.ProcessEnv } = {}) {
  const tools = await load<GoTools>("go-tool.mjs");
  const { cacheDirectory } = await load<Cache>("cache.mjs");
  const setup = { checkout, cache: cacheDirectory(process.env), env: process.env, ...places };
  return tools.provideGoTool(tools[name], setup);
}
