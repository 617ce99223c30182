import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { npm } from "../../test/support/npm";
import { packedProject } from "../../test/support/packed-project";
import { project, TestStack } from "../../test/support/stack";
import { median } from "../statistics";
import { productIds, programText, small } from "./program";
import type { ProgramStart } from "./results";

const swc = "@swc/core@1.16.22";

/** One way to run a program that is written in TypeScript. */
interface Start {
  readonly name: string;
  readonly main: "index.ts" | "index.js";
  /** The `ts-node` part of tsconfig.json. */
  readonly tsNode?: Readonly<Record<string, boolean>>;
  /** Whether Pulumi.yaml sets `typescript: false`, so that ts-node is not loaded. */
  readonly isPlain?: boolean;
  /** Whether NODE_COMPILE_CACHE is set, and an earlier command has filled the cache. */
  readonly isCached?: boolean;
}

const starts: readonly Start[] = [
  { name: "ts-node, types checked: Pulumi's default", main: "index.ts" },
  { name: "ts-node, `transpileOnly`", main: "index.ts", tsNode: { transpileOnly: true } },
  { name: "ts-node, `swc`", main: "index.ts", tsNode: { swc: true } },
  { name: "precompiled JavaScript", main: "index.js", isPlain: true },
  { name: "TypeScript by Node.js itself", main: "index.ts", isPlain: true },
  {
    name: "ts-node, `transpileOnly`, NODE_COMPILE_CACHE",
    main: "index.ts",
    tsNode: { transpileOnly: true },
    isCached: true,
  },
  { name: "TypeScript by Node.js itself, NODE_COMPILE_CACHE", main: "index.ts", isPlain: true, isCached: true },
];

/** Times a `preview` for each way to run the program, all in turn. */
export async function timeStarts(log: (line: string) => void, repeats: number): Promise<ProgramStart[]> {
  const { directory: root } = await packedProject();
  await npm(root, ["install", "--prefer-offline", "--no-save", "--no-audit", "--no-fund", swc]);
  await using stack = await TestStack.start({ products: productIds(small) });
  await writePrograms(stack.directory);
  const cache = join(stack.directory, "compile-cache");
  const times = starts.map((): number[] => []);
  // The first round fills the cache and does not count.
  for (let n = 0; n <= repeats; n += 1) {
    for (const [index, start] of starts.entries()) {
      const seconds = await timePreview(stack, start, start.isCached ? cache : undefined);
      log(`${start.name}: preview in ${seconds.toFixed(2)} s`);
      if (n > 0) times[index]?.push(seconds);
    }
  }
  return starts.map(({ name }, index) => ({ name, seconds: median(times[index] ?? []) }));
}

async function writePrograms(directory: string): Promise<void> {
  const text = programText("ours", small, "version 1");
  await writeFile(join(directory, "index.js"), text);
  await writeFile(join(directory, "index.ts"), text.replace(/const (\{.*\}) = require\((.*)\)/, "import $1 from $2"));
}

async function timePreview(stack: TestStack, start: Start, cache: string | undefined): Promise<number> {
  const { directory } = stack;
  const options = `options: { typescript: ${!start.isPlain} }`;
  await writeFile(
    join(directory, "Pulumi.yaml"),
    `name: ${project}\nruntime: { name: nodejs, ${options} }\nmain: ${start.main}\n`,
  );
  const compilerOptions = { target: "es2023", module: "nodenext", strict: true, noEmit: true };
  const settings = { compilerOptions, files: ["index.ts"], ...(start.tsNode && { "ts-node": start.tsNode }) };
  await writeFile(join(directory, "tsconfig.json"), JSON.stringify(settings));
  const preload = start.isPlain ? `--require ${join(__dirname, "without-typescript.cjs")}` : undefined;
  const started = performance.now();
  const { exitCode, output } = await stack.run(["preview"], { NODE_COMPILE_CACHE: cache, NODE_OPTIONS: preload });
  const seconds = (performance.now() - started) / 1_000;
  assert.equal(exitCode, 0, output);
  return seconds;
}
