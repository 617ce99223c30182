import assert from "node:assert/strict";
import fc from "fast-check";
import type { Feature } from "../../emulator/store/features";
import { withMarker } from "../../provider/stripe/metadata";
import { type Environment, type Outcome, severalCommands } from "../support/pulumi";
import { TestStack } from "../support/stack";
import { type EditOrDashboardChange, products, quietHistories } from "./arbitraries";
import { formatCommand } from "./commands";
import { applyDashboardChange } from "./dashboard-changes";
import { applyEdit } from "./edits";
import { declaredPairs, emptyProgram, ownerOf, type Program, type StackName } from "./program";
import { programText } from "./program-text";
import { markerOf, type ServerView, viewOf } from "./server-view";

const runs = Number(process.env["REAL_RUNS"] ?? 1);
const seed = Number(process.env["REAL_SEED"] ?? 7);

/** The first stack may take over everything after an error. The second one never may. */
const histories = fc.record({ first: quietHistories, second: quietHistories });

/** Answers take so long that requests overlap, and come back in another order. */
const latency = { kind: "latency", ms: 30, jitterMs: 60 } as const;

/** Errors that a history without faults may cause. The next run may then take over everything. */
const expectedErrors =
  /an active feature already has this lookup key|is already attached to the product|keeps granting access|product \S+ does not exist/;

const up = ["up", "--skip-preview", "--refresh"];
const archivesWhileAttached = { STRIPE_ENTITLEMENTS_ARCHIVE_WHILE_ATTACHED: "true" };

interface Deployed {
  readonly stack: TestStack;
  readonly name: StackName;
  readonly log: string[];
  program: Program;
}

describe("Random histories of two stacks through the real engine", function () {
  this.timeout(2 * severalCommands);

  for (const [index, { first, second }] of fc.sample(histories, { numRuns: runs, seed }).entries()) {
    it(`keep the account as declared: number ${index + 1} from seed ${seed}`, async () => {
      await using dev = await TestStack.start({ products });
      const staging = await dev.another("staging");
      dev.emulator.faults.add(latency);
      const log: string[] = [];
      try {
        const one: Deployed = { stack: dev, name: "acme/dev", log, program: emptyProgram };
        const other: Deployed = { stack: staging, name: "acme/staging", log, program: emptyProgram };
        for (const [round, commands] of first.entries()) {
          applyCommands(other, second[round] ?? []);
          await deploy(other);
          applyCommands(one, commands);
          await deployInAnyCase(one);
          assertServerMatches(one);
        }
        await dev.mustBeInLine();
        await destroy(one);
        await destroy(other);
      } catch (error) {
        throw new Error(`${log.join("\n")}\n${error}`, { cause: error });
      }
    });
  }
});

function applyCommands(deployed: Deployed, commands: readonly EditOrDashboardChange[]): void {
  for (const command of commands) {
    if (command.command === "dashboard change") {
      deployed.log.push(formatCommand(command));
      applyDashboardChange(deployed.stack.emulator.sandbox, command);
    } else {
      deployed.log.push(`${deployed.name}: ${formatCommand({ stack: 0, ...command })}`);
      deployed.program = command.edits.reduce((edited, edit) => applyEdit(edited, edit, []), deployed.program);
    }
  }
}

/** Deploys the program. Returns whether that succeeded. */
async function deploy(deployed: Deployed): Promise<boolean> {
  await deployed.stack.program(programText(deployed.program));
  const { exitCode, output } = await run(deployed, up);
  if (exitCode !== 0) assert.match(output, expectedErrors);
  return exitCode === 0;
}

/** Deploys the program, if need be with permission to take over and archive everything. */
async function deployInAnyCase(deployed: Deployed): Promise<void> {
  if (await deploy(deployed)) return;
  const { dashboard } = deployed.stack;
  const known = new Set(dashboard.products().map(({ id }) => id));
  for (const id of products) if (!known.has(id)) dashboard.createProduct({ id, name: id });
  const { features, attachments } = deployed.program;
  deployed.program = {
    features: features.map((each) => ({ ...each, adopt: "any", archiveWhileAttached: true })),
    attachments: attachments.map((each) => ({ ...each, adopt: "any" })),
  };
  await deployed.stack.program(programText(deployed.program));
  const { exitCode, output } = await run(deployed, up, archivesWhileAttached);
  assert.equal(exitCode, 0, output);
}

async function destroy(deployed: Deployed): Promise<void> {
  deployed.program = emptyProgram;
  const { exitCode, output } = await run(deployed, ["destroy", "--skip-preview"], archivesWhileAttached);
  assert.equal(exitCode, 0, output);
  assert.deepEqual(activeOf(deployed), []);
}

/** Runs the command, and fails if it changes what carries the marker of another stack. */
async function run(deployed: Deployed, args: readonly string[], env: Environment = {}): Promise<Outcome> {
  const { stack, name, log } = deployed;
  log.push(`${name}: ${args.join(" ")}`);
  const before = viewOf(stack.emulator.sandbox);
  const held = new Set((await stack.objects()).map(({ id }) => id));
  const outcome = await stack.run(args, env);
  const after = viewOf(stack.emulator.sandbox);
  const foreign = [...before.features.values()].filter((feature) => isForeign(feature, name));
  for (const feature of foreign) {
    if (!mayTake(deployed, feature)) assert.deepEqual(after.features.get(feature.id), feature, outcome.output);
  }
  for (const { id, feature } of before.attachments.values()) {
    if (isForeign(feature, name) && !held.has(id)) assert.ok(after.attachments.has(id), `${id}\n${outcome.output}`);
  }
  return outcome;
}

function isForeign(feature: Feature, name: StackName): boolean {
  return !(markerOf(feature) ?? name).startsWith(name);
}

function mayTake({ program }: Deployed, { lookup_key: key }: Feature): boolean {
  return program.features.some(({ lookupKey, adopt }) => lookupKey === key && adopt === "any");
}

function assertServerMatches(deployed: Deployed): void {
  const { name, program, stack } = deployed;
  const { attachments }: ServerView = viewOf(stack.emulator.sandbox);
  const byKey = (a: { key: string }, b: { key: string }) => a.key.localeCompare(b.key);
  assert.deepEqual(
    activeOf(deployed)
      .map(({ lookup_key: key, name: title, metadata }) => ({ key, title, metadata }))
      .sort(byKey),
    program.features
      .map((declared) => ({
        key: declared.lookupKey,
        title: declared.title,
        metadata: withMarker({ metadata: declared.metadata, marker: ownerOf(name, declared) }),
      }))
      .sort(byKey),
  );
  for (const { product, lookupKey } of declaredPairs(program)) {
    const matching = [...attachments.values()].filter(
      (each) => each.product === product && each.feature.lookup_key === lookupKey && each.feature.active,
    );
    assert.equal(matching.length, 1, `${lookupKey} on ${product}`);
  }
}

/** Returns the active features with a marker of the stack. */
function activeOf({ stack, name }: Deployed): Feature[] {
  const active = stack.dashboard.features({ archived: false });
  return active.filter((feature) => markerOf(feature)?.startsWith(`${name}/`));
}
