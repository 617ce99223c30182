import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";

/** The limit in milliseconds for a command. One that takes longer hangs. */
const commandTimeout = 240_000;

/** The limit in milliseconds for a test that runs several commands. */
export const severalCommands = 2 * commandTimeout;

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Outcome {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Standard output and standard error. */
  readonly output: string;
}

/** A command that has been started. */
export interface Command {
  /** The process id of the CLI. Undefined when it could not be started. */
  readonly pid: number | undefined;
  /** Resolves when the command ends, also when it fails. */
  readonly outcome: Promise<Outcome>;
}

/** Runs a command of the Pulumi CLI, also one that fails. */
export function pulumi(cwd: string, args: readonly string[], env: Environment): Promise<Outcome> {
  return startPulumi(cwd, args, env).outcome;
}

/**
 * Starts a command of the Pulumi CLI.
 *
 * @param timeout milliseconds after which the command is stopped
 */
export function startPulumi(
  cwd: string,
  args: readonly string[],
  env: Environment,
  timeout: number = commandTimeout,
): Command {
  const child = spawn("pulumi", [...args, "--non-interactive", "--color", "never"], {
    cwd,
    env,
    stdio: ["ignore", "pipe", "pipe"],
    timeout,
  });
  const closed = once(child, "close").catch(explainMissing);
  const outcome = Promise.all([closed, text(child.stdout), text(child.stderr)]);
  return {
    pid: child.pid,
    outcome: outcome.then(([[exitCode], stdout, stderr]) => ({ exitCode, stdout, stderr, output: stdout + stderr })),
  };
}

function explainMissing(error: NodeJS.ErrnoException): never {
  if (error.code !== "ENOENT") throw error;
  throw new Error("There is no `pulumi` on PATH. `npm run test:e2e` provides it.", { cause: error });
}

/**
 * The cache for compiled code. A command starts Node.js twice, for the program and for the
 * provider. Most of the start is compiling the same files.
 */
export const compileCache = join(__dirname, "..", "..", "node_modules", ".cache", "compiled");

/**
 * Returns the environment of a command: `own`, settings for tests, and of the outer environment the
 * variables that neither Pulumi nor the provider reads.
 */
export function hermetic(own: Environment): Environment {
  const outer = Object.entries(process.env).filter(([name]) => !/^(PULUMI|STRIPE|TS_NODE)_/.test(name));
  return {
    ...Object.fromEntries(outer),
    PULUMI_CONFIG_PASSPHRASE: "a passphrase",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_SKIP_CONFIRMATIONS: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS: "true",
    NODE_COMPILE_CACHE: compileCache,
    ...own,
  };
}

/** A resource in the state, as `pulumi stack export` shows it. */
export interface ExportedResource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string | undefined;
  readonly inputs?: Readonly<Record<string, unknown>> | undefined;
  readonly outputs?: Readonly<Record<string, unknown>> | undefined;
  readonly protect?: boolean | undefined;
  readonly retainOnDelete?: boolean | undefined;
  /** The properties that `--diff` hides. */
  readonly hideDiff?: readonly string[] | undefined;
  /** Whether the resource was replaced and is not deleted yet. */
  readonly delete?: boolean | undefined;
  /** Whether the resource was deleted and its replacement is not created yet. */
  readonly pendingReplacement?: boolean | undefined;
  /** Why the last update failed after its first request. */
  readonly initErrors?: readonly string[] | undefined;
  /** The URNs of the resources it depends on. */
  readonly dependencies?: readonly string[] | undefined;
  /** The URNs of the resources that each property comes from. */
  readonly propertyDependencies?: Readonly<Record<string, readonly string[]>> | undefined;
  /** The place in the program that declares the resource, as `project:///index.ts#4,13`. */
  readonly sourcePosition?: string | undefined;
  readonly stackTrace?: readonly { readonly sourcePosition?: string }[] | undefined;
}

interface Step {
  readonly op: string;
  readonly urn: string;
}

/** Returns the changes in the output of `pulumi preview --json`, each as `update Feature sso`. */
export function plannedSteps(stdout: string): string[] {
  const { steps } = JSON.parse(stdout) as { steps: readonly Step[] };
  const changes = steps.filter(({ op }) => op !== "same" && op !== "refresh");
  return changes.map(({ op, urn }) => `${op} ${resourceOf(urn)}`);
}

/** Returns the type and the name in the URN of a resource, as `Feature sso`. */
function resourceOf(urn: string): string {
  const [, , type = "", name = ""] = urn.split("::");
  return `${type.split(":").at(-1)} ${name}`;
}
