import { copyFile, readFile, rm } from "node:fs/promises";
import type { Environment, Outcome } from "../../support/pulumi";
import { stackName, type TestStack } from "../../support/stack";

interface Deployment {
  readonly resources?: readonly unknown[];
  readonly pending_operations?: readonly { readonly type: string }[];
}

/** Returns what a killed run has left behind, in one line. */
export async function describeRemains(stack: TestStack): Promise<string> {
  const features = stack.dashboard.features({ archived: false }).length;
  return `server: ${features} active features, state: ${describeState(await readFile(stack.checkpointFile, "utf8"))}`;
}

function describeState(checkpoint: string): string {
  try {
    const { resources = [], pending_operations = [] } = (JSON.parse(checkpoint).checkpoint.latest ?? {}) as Deployment;
    return `${resources.length} resources, ${pending_operations.length} pending operations`;
  } catch {
    return "unreadable";
  }
}

/**
 * Runs the command again as docs/reliability.md says for a killed run, and fixes the state first if
 * the engine rejects it.
 */
export async function runAgain(stack: TestStack, args: readonly string[], env: Environment = {}): Promise<Outcome> {
  const outcome = await stack.run(args, env);
  if (/the stack is currently locked/.test(outcome.output)) await stack.must(["cancel", "--yes", stackName]);
  else if (/failed to load checkpoint: EOF/.test(outcome.output)) await removeAttributes(stack);
  else if (/failed to load checkpoint/.test(outcome.output)) await restoreCheckpoint(stack);
  else return outcome;
  return runAgain(stack, args, env);
}

/** Removes the second file that the file backend writes beside the checkpoint. It is optional. */
export async function removeAttributes(stack: TestStack): Promise<void> {
  await rm(`${stack.checkpointFile}.attrs`);
}

/** Restores the previous checkpoint, which the file backend keeps. */
export async function restoreCheckpoint(stack: TestStack): Promise<void> {
  await copyFile(`${stack.checkpointFile}.bak`, stack.checkpointFile);
  await rm(`${stack.checkpointFile}.attrs`, { force: true });
}

/** Replaces a state that has no copy with an empty one. */
export async function startFromNothing(stack: TestStack): Promise<void> {
  await rm(stack.checkpointFile);
  await stack.must(["stack", "init", stackName]);
}
