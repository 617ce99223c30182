import { copyFile, readFile, rm } from "node:fs/promises";
import type { Environment, Outcome } from "../../support/pulumi";
import { stackName, type TestStack } from "../../support/stack";

interface Deployment {
  readonly resources?: readonly unknown[];
  readonly pending_operations?: readonly { readonly type: string }[];
}

/** What a killed run has left behind, in one line. */
export async function remains(stack: TestStack): Promise<string> {
  const features = stack.dashboard.features({ archived: false }).length;
  return `server: ${features} active features, state: ${describe(await readFile(stack.checkpointFile, "utf8"))}`;
}

function describe(checkpoint: string): string {
  try {
    const { resources = [], pending_operations = [] } = (JSON.parse(checkpoint).checkpoint.latest ?? {}) as Deployment;
    return `${resources.length} resources, ${pending_operations.length} pending operations`;
  } catch {
    return "unreadable";
  }
}

/** What docs/reliability.md says to do after a kill: run again, and heed what the engine says. */
export async function runAgain(stack: TestStack, args: readonly string[], env: Environment = {}): Promise<Outcome> {
  const outcome = await stack.run(args, env);
  if (/the stack is currently locked/.test(outcome.output)) await stack.must(["cancel", "--yes", stackName]);
  else if (/failed to load checkpoint: EOF/.test(outcome.output)) await removeTornAttributes(stack);
  else if (/failed to load checkpoint/.test(outcome.output)) await restoreTornCheckpoint(stack);
  else return outcome;
  return runAgain(stack, args, env);
}

/** The file backend keeps a second file beside the checkpoint, which it can do without. */
export async function removeTornAttributes(stack: TestStack): Promise<void> {
  await rm(`${stack.checkpointFile}.attrs`);
}

/** The file backend keeps the checkpoint before the last one. */
export async function restoreTornCheckpoint(stack: TestStack): Promise<void> {
  await copyFile(`${stack.checkpointFile}.bak`, stack.checkpointFile);
  await rm(`${stack.checkpointFile}.attrs`, { force: true });
}

/** For a state of which there is no copy. */
export async function startFromNothing(stack: TestStack): Promise<void> {
  await rm(stack.checkpointFile);
  await stack.must(["stack", "init", stackName]);
}
