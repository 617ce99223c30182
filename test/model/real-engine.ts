import assert from "node:assert/strict";
import fc from "fast-check";
import { withMarker } from "../../provider/stripe/metadata";
import { severalCommands } from "../support/pulumi";
import { TestStack } from "../support/stack";
import { type EditOrDashboardChange, products, quietHistories } from "./arbitraries";
import { formatCommand } from "./commands";
import { applyDashboardChange } from "./dashboard-changes";
import { applyEdit } from "./edits";
import { declaredPairs, emptyProgram, ownerOf, type Program, stackNames } from "./program";
import { programText } from "./program-text";
import { viewOf } from "./server-view";

const runs = Number(process.env["REAL_RUNS"] ?? 1);
const seed = Number(process.env["REAL_SEED"] ?? 7);

/** Errors that a history without faults may cause. The next run may then take over everything. */
const expectedErrors =
  /an active feature already has this lookup key|is already attached to the product|keeps granting access|product \S+ does not exist/;

describe("Random histories through the real engine", function () {
  this.timeout(severalCommands);

  for (const [index, history] of fc.sample(quietHistories, { numRuns: runs, seed }).entries()) {
    it(`keep the account as declared: number ${index + 1} from seed ${seed}`, async () => {
      await using stack = await TestStack.start({ products });
      const log: string[] = [];
      try {
        await runHistory(stack, history, log);
      } catch (error) {
        throw new Error(`${log.join("\n")}\n${error}`, { cause: error });
      }
    });
  }
});

async function runHistory(stack: TestStack, history: readonly EditOrDashboardChange[][], log: string[]): Promise<void> {
  let program = emptyProgram;
  for (const commands of history) {
    for (const command of commands) {
      log.push(formatCommand(command.command === "edit" ? { stack: 0, ...command } : command));
      if (command.command === "dashboard change") applyDashboardChange(stack.emulator.sandbox, command);
      else program = command.edits.reduce((edited, edit) => applyEdit(edited, edit, []), program);
    }
    program = await upOf(stack, program, log);
    assertServerMatches(stack, program);
  }
  await stack.mustBeInLine();
  await stack.must(["destroy", "--skip-preview"], { STRIPE_ENTITLEMENTS_ARCHIVE_WHILE_ATTACHED: "true" });
  const left = stack.dashboard.features({ archived: false }).filter(({ metadata }) => isOurs(metadata));
  assert.deepEqual(left, []);
}

async function upOf(stack: TestStack, program: Program, log: string[]): Promise<Program> {
  await stack.program(programText(program));
  log.push("up --refresh");
  const outcome = await stack.run(["up", "--skip-preview", "--refresh"]);
  if (outcome.exitCode === 0) return program;
  assert.match(outcome.output, expectedErrors);
  const known = new Set(stack.dashboard.products().map(({ id }) => id));
  for (const id of products) if (!known.has(id)) stack.dashboard.createProduct({ id, name: id });
  const allowed: Program = {
    features: program.features.map((each) => ({ ...each, adopt: "any", archiveWhileAttached: true })),
    attachments: program.attachments.map((each) => ({ ...each, adopt: "any" })),
  };
  await stack.program(programText(allowed));
  log.push("up --refresh, allowed to take over everything");
  await stack.must(["up", "--skip-preview", "--refresh"], { STRIPE_ENTITLEMENTS_ARCHIVE_WHILE_ATTACHED: "true" });
  return allowed;
}

function assertServerMatches(stack: TestStack, program: Program): void {
  const { features, attachments } = viewOf(stack.emulator.sandbox);
  const ours = [...features.values()].filter(({ active, metadata }) => active && isOurs(metadata));
  const byKey = (a: { key: string }, b: { key: string }) => a.key.localeCompare(b.key);
  assert.deepEqual(
    ours.map(({ lookup_key: key, name, metadata }) => ({ key, name, metadata })).sort(byKey),
    program.features
      .map((declared) => ({
        key: declared.lookupKey,
        name: declared.title,
        metadata: withMarker({ metadata: declared.metadata ?? {}, marker: ownerOf(stackNames[0], declared) }),
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

function isOurs(metadata: Readonly<Record<string, string>>): boolean {
  return metadata["pulumi_owner"]?.startsWith("acme/dev/") ?? false;
}
