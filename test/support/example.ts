import assert from "node:assert/strict";
import { cp, mkdir, mkdtemp } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Emulator } from "../../emulator";
import { packedProject } from "./packed-project";
import { type Environment, hermetic, type Outcome, pulumi } from "./pulumi";

const examples = resolve(__dirname, "../../examples");

/** A copy of an example, with the package from its tarball and its own state directory. */
export interface Example {
  readonly directory: string;
  /** The environment of the commands. */
  readonly env: Environment;
  run(args: readonly string[], env?: Environment): Promise<Outcome>;
  /** Runs a command, and fails with its output when the command fails. */
  must(args: readonly string[], env?: Environment): Promise<Outcome>;
}

/**
 * Copies `examples/<name>`. Each command gets `env`, which must contain the API key if it needs
 * one.
 */
export async function copyExample(name: string, emulator: Emulator, env: Environment = {}): Promise<Example> {
  const { directory: root, pulumiHome } = await packedProject();
  const programs = join(root, "programs");
  await mkdir(programs, { recursive: true });
  const directory = await mkdtemp(join(programs, `${name}-`));
  const state = join(directory, "state");
  await mkdir(state);
  await cp(join(examples, name), directory, { recursive: true, filter: (path) => !path.includes("node_modules") });
  const all = hermetic({
    PULUMI_HOME: pulumiHome,
    PULUMI_BACKEND_URL: `file://${state}`,
    STRIPE_API_BASE: emulator.url,
    ...env,
  });
  const run: Example["run"] = (args, more = {}) => pulumi(directory, args, { ...all, ...more });
  return {
    directory,
    env: all,
    run,
    must: async (args, more) => {
      const outcome = await run(args, more);
      assert.equal(outcome.exitCode, 0, `pulumi ${args.join(" ")}\n${outcome.output}`);
      return outcome;
    },
  };
}
