/**
 * Compares the native plugin with the dynamic resources: the same catalog, as a program in YAML and
 * as one in JavaScript, with the real CLI, in turn and in one run. A third program has as many
 * plain dynamic resources, which do nothing. It shows what Pulumi itself costs in a JavaScript
 * program.
 *
 *     npm run bench:plugin -- [--features 100] [--products 2] [--repeats 3]
 *
 * Each product carries all features. The emulator answers at once. Checkpoints are off.
 */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { EngineLog } from "../test/support/engine-log";
import { installedCopy } from "../test/support/installed-copy";
import { TestStack } from "../test/support/stack";
import { yamlFile } from "../test/support/yaml-program";
import { installIdle } from "./engine/install-idle";
import { PeakMemory } from "./engine/memory";
import { median } from "./statistics";

const { values } = parseArgs({
  options: {
    features: { type: "string", default: "100" },
    products: { type: "string", default: "2" },
    repeats: { type: "string", default: "3" },
  },
});
const [features, products, repeats] = [Number(values.features), Number(values.products), Number(values.repeats)];

const keys = Array.from({ length: features }, (_, n) => `key-${n}`);
const plans = Array.from({ length: products }, (_, n) => `plan-${n}`);
const catalog = {
  features: Object.fromEntries(keys.map((key) => [key, { name: `Feature ${key}` }])),
  plans: Object.fromEntries(plans.map((plan) => [plan, { features: keys }])),
};
const productOf = Object.fromEntries(plans.map((plan) => [plan, `prod_${plan}`]));

const programs = {
  plain: `
const idle = require("idle-entitlements");
for (const key of ${JSON.stringify(keys)}) {
  const { id } = new idle.Feature("acme/" + key, { lookupKey: key, name: "Feature " + key });
  for (const [plan, product] of Object.entries(${JSON.stringify(productOf)})) {
    new idle.ProductFeature("acme/" + plan + "/" + key, { product, entitlementFeature: id });
  }
}
`,
  dynamic: `
const { EntitlementCatalog } = require("pulumi-stripe-entitlements");
const { defineCatalog } = require("pulumi-stripe-entitlements/catalog");
new EntitlementCatalog("acme", { catalog: defineCatalog(${JSON.stringify(catalog)}), products: ${JSON.stringify(productOf)} });
`,
  plugin: `resources:
  acme:
    type: stripe-entitlements:EntitlementCatalog
    properties: ${JSON.stringify({ ...catalog, products: productOf })}
`,
} as const;

type Side = keyof typeof programs;
const sides: readonly Side[] = ["plain", "dynamic", "plugin"];

type Figures = Readonly<Record<Side, number>>;
type Stacks = Readonly<Record<Side, TestStack>>;

function ofEach<Value>(compute: (side: Side) => Value): Record<Side, Value> {
  return { plain: compute("plain"), dynamic: compute("dynamic"), plugin: compute("plugin") };
}

const commands = {
  "`up` from nothing": ["up", "--skip-preview"],
  "`up` without changes": ["up", "--skip-preview"],
  "`preview`": ["preview"],
  "`preview --refresh`": ["preview", "--refresh"],
  "`refresh`": ["refresh", "--skip-preview"],
} as const;

type CommandName = keyof typeof commands;

interface Timing {
  readonly seconds: number;
  readonly memory: number;
}

const env = { PULUMI_EXPERIMENTAL: "true", PULUMI_SKIP_CHECKPOINTS: "true", NODE_COMPILE_CACHE: undefined };

/** Milliseconds. */
const timeout = 3_600_000;

async function time(stack: TestStack, args: readonly string[]): Promise<Timing> {
  const started = performance.now();
  const command = stack.begin(args, env, timeout);
  assert.ok(command.pid, "the command did not start");
  const memory = new PeakMemory(command.pid);
  const { exitCode, output } = await command.outcome;
  const seconds = (performance.now() - started) / 1_000;
  assert.equal(exitCode, 0, output);
  return { seconds, memory: ((await memory.end()) ?? Number.NaN) / 2 ** 20 };
}

/** Returns the bytes of a resource in the state: inputs and outputs, and all. */
async function bytesOf(stack: TestStack, name: string): Promise<readonly [number, number]> {
  const resource = (await stack.exported()).find(({ urn }) => urn.endsWith(`::${name}`));
  assert.ok(resource, name);
  const { inputs, outputs } = resource as { inputs?: unknown; outputs?: unknown };
  return [JSON.stringify({ inputs, outputs }).length, JSON.stringify(resource).length];
}

/** Returns the milliseconds until a provider process prints its port. */
async function timeStart(start: () => ChildProcess): Promise<number> {
  const started = performance.now();
  const child = start();
  assert.ok(child.stdout);
  await once(createInterface({ input: child.stdout }), "line");
  child.kill();
  return performance.now() - started;
}

async function timeStarts(): Promise<Figures> {
  const cwd = await installedCopy();
  const log = new EngineLog();
  const address = await log.start();
  const { resolve } = createRequire(join(cwd, "index.js"));
  const dynamicProvider = resolve("@pulumi/pulumi/cmd/dynamic-provider");
  const scripts: Record<Side, string> = {
    plain: dynamicProvider,
    dynamic: dynamicProvider,
    plugin: resolve("pulumi-stripe-entitlements/plugin"),
  };
  const times = ofEach((): number[] => []);
  for (let n = 0; n < 11; n += 1) {
    for (const side of sides) {
      times[side].push(await timeStart(() => spawn(process.execPath, [scripts[side], address], { cwd })));
    }
  }
  log.stop();
  return ofEach((side) => median(times[side]));
}

function row(title: string, figures: Figures, digits: number): string {
  const { plain, dynamic, plugin } = figures;
  const ratios = [plain, dynamic].map((base) => (plugin / base).toFixed(2));
  return `| ${[title, ...sides.map((side) => figures[side].toFixed(digits)), ...ratios].join(" | ")} |`;
}

/** Times one command on all sides in turn. */
async function timeCommand(stacks: Stacks, name: CommandName, memory: Record<Side, number>): Promise<string> {
  const times = ofEach((): number[] => []);
  for (let n = 0; n < (name === "`up` from nothing" ? 1 : repeats); n += 1) {
    for (const side of sides) {
      const timing = await time(stacks[side], commands[name]);
      times[side].push(timing.seconds);
      memory[side] = Math.max(memory[side], timing.memory);
      console.error(`${name} ${side}: ${timing.seconds.toFixed(1)} s`);
    }
  }
  return row(
    `${name}, s`,
    ofEach((side) => median(times[side])),
    1,
  );
}

async function stateRows(stacks: Stacks, title: string, name: string): Promise<readonly string[]> {
  const bytes = new Map<Side, readonly [number, number]>();
  for (const side of sides) bytes.set(side, await bytesOf(stacks[side], name));
  return ["inputs and outputs", "all"].map((part, n) =>
    row(
      `state of one ${title}, ${part}, bytes`,
      ofEach((side) => bytes.get(side)?.[n] ?? Number.NaN),
      0,
    ),
  );
}

async function main(): Promise<void> {
  const options = { products: Object.values(productOf) };
  await installIdle();
  await using plain = await TestStack.start(options);
  await using dynamic = await TestStack.start(options);
  await using plugin = await TestStack.start({ ...options, main: yamlFile });
  const stacks: Stacks = { plain, dynamic, plugin };
  for (const side of sides) await stacks[side].program(programs[side]);
  const memory = ofEach(() => 0);
  const lines: string[] = [];
  for (const name of Object.keys(commands) as CommandName[]) lines.push(await timeCommand(stacks, name, memory));
  lines.push(...(await stateRows(stacks, "feature", "acme/key-0")));
  lines.push(...(await stateRows(stacks, "attachment", "acme/plan-0/key-0")));
  lines.push(row("peak memory of the provider, MB", memory, 0));
  lines.push(row("start of the provider process, ms", await timeStarts(), 0));
  const head = `${features} features, ${features * products} attachments`;
  const titles = [
    head,
    "plain, JavaScript",
    "dynamic, JavaScript",
    "plugin, YAML",
    "plugin : plain",
    "plugin : dynamic",
  ];
  console.log([`| ${titles.join(" | ")} |`, `|${"---|".repeat(titles.length)}`, ...lines].join("\n"));
}

void main();
