import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";

/** No command of a test takes so long, in milliseconds: one that does hangs. */
const commandTimeout = 240_000;

/** For tests that run some commands: `this.timeout(severalCommands)`. */
export const severalCommands = 2 * commandTimeout;

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Outcome {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Both, for what may stand in either. */
  readonly output: string;
}

/** A command that has been started. */
export interface Command {
  /** Of the CLI; undefined when it could not be started. */
  readonly pid: number | undefined;
  /** When it has ended, however it did. */
  readonly outcome: Promise<Outcome>;
}

/** Runs the Pulumi CLI and waits for its end. */
export function pulumi(cwd: string, args: readonly string[], env: Environment): Promise<Outcome> {
  return startPulumi(cwd, args, env).outcome;
}

/**
 * Starts the Pulumi CLI.
 *
 * @param timeout milliseconds after which it is ended
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

const compileCache = join(__dirname, "..", "..", "node_modules", ".cache", "compiled");

/** The environment of a command: of the outer one nothing that Pulumi or the provider would read. */
export function hermetic(own: Environment): Environment {
  const outer = Object.entries(process.env).filter(([name]) => !/^(PULUMI|STRIPE|TS_NODE)_/.test(name));
  return {
    ...Object.fromEntries(outer),
    PULUMI_CONFIG_PASSPHRASE: "a passphrase",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_SKIP_CONFIRMATIONS: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS: "true",
    // Every command starts Node.js twice, for the program and for the provider, and most of that is compiling the same files.
    NODE_COMPILE_CACHE: compileCache,
    ...own,
  };
}

/** A resource as the state has it, and `pulumi stack export` shows it. */
export interface ExportedResource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string | undefined;
  readonly inputs?: Readonly<Record<string, unknown>> | undefined;
  readonly outputs?: Readonly<Record<string, unknown>> | undefined;
  readonly protect?: boolean | undefined;
  readonly retainOnDelete?: boolean | undefined;
  /** The URNs of the resources it was made after. */
  readonly dependencies?: readonly string[] | undefined;
}

interface Step {
  readonly op: string;
  readonly urn: string;
}

/** `update Feature sso` for each step of `pulumi preview --json` that changes something. */
export function plannedSteps(stdout: string): string[] {
  const { steps } = JSON.parse(stdout) as { steps: readonly Step[] };
  const changes = steps.filter(({ op }) => op !== "same" && op !== "refresh");
  return changes.map(({ op, urn }) => `${op} ${resourceOf(urn)}`);
}

/** `Feature sso` for the URN of a resource. */
export function resourceOf(urn: string): string {
  const [, , type = "", name = ""] = urn.split("::");
  return `${type.split(":").at(-1)} ${name}`;
}
