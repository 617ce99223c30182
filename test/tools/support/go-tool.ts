import { load, type Setup, setupWith } from "./tools";

interface GoTools {
  readonly stripeMock: object;
  readonly actionlint: object;
  readonly sdkGenerator: object;
  provideGoTool(tool: object, setup: Setup): Promise<string>;
}

/** Milliseconds. Long enough to build a tool. */
export const goToolTimeoutMs = 5 * 60_000;

/** Returns the executable of a tool. The first call on a machine builds it. */
export async function goTool(name: "stripeMock" | "actionlint", places: Partial<Setup> = {}): Promise<string> {
  const tools = await load<GoTools>("go-tool.mjs");
  return tools.provideGoTool(tools[name], await setupWith(places));
}
