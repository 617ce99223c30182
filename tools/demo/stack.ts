import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { delimiter, dirname, join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { isTerminal, printResult } from "./screen";

const stackName = "demo";
const passphrase = "demo";

/** The command of this package, as the build leaves it. */
const cli = join("dist", "cli", "index.js");

interface DemoCommand {
  readonly command: string;
  readonly args: readonly string[];
  /** The command as people type it. */
  readonly shown: string;
  readonly quiet?: boolean;
  /** Default: 0. */
  readonly exitCode?: number;
}

/** A stack of the checkout's own project. Its state and its Pulumi home are below `.demo`. */
export class DemoStack implements AsyncDisposable {
  private constructor(
    private readonly checkout: string,
    private readonly env: NodeJS.ProcessEnv,
  ) {}

  static async open(checkout: string, stripe: Readonly<Record<string, string>>): Promise<DemoStack> {
    const folder = folderOf(checkout);
    assertNotRunning(folder);
    const stack = new DemoStack(checkout, { ...otherVariables(), ...stripe, ...pulumiVariables(folder) });
    await stack.#remove();
    await mkdir(join(folder, "state"), { recursive: true });
    await writeFile(pidFile(folder), String(process.pid));
    await stack.pulumi(["stack", "init", stackName], { quiet: true });
    return stack;
  }

  /** The `export` lines with which a shell in the checkout can run `pulumi` on this stack. */
  get exports(): readonly string[] {
    const pulumi = Object.keys(pulumiVariables(folderOf(this.checkout)));
    const line = (names: readonly string[]) => names.map((name) => `${name}='${this.env[name]}'`).join(" ");
    return [
      `  export PATH="${toolDirectories().join(delimiter)}${delimiter}$PATH" ${line(pulumi)}`,
      `  export ${line(["STRIPE_API_BASE", "STRIPE_API_KEY"])}`,
    ];
  }

  /**
   * Runs `pulumi`, prints its output and returns it.
   *
   * @throws when the command fails
   */
  pulumi(args: readonly string[], { quiet = false } = {}): Promise<string> {
    return this.#run({ command: "pulumi", args, shown: `pulumi ${args.join(" ")}`, quiet });
  }

  /**
   * Runs this package's `stripe-entitlements`, prints its output and returns it.
   *
   * @throws when it ends with another exit code
   */
  stripeEntitlements(args: readonly string[], exitCode = 0): Promise<string> {
    const shown = `stripe-entitlements ${args.join(" ")}`;
    return this.#run({ command: process.execPath, args: [cli, ...args], shown, exitCode });
  }

  /** Writes a file that is removed with the stack. Returns its path, relative to the checkout. */
  async writeFile(name: string, text: string): Promise<string> {
    const path = join(folderOf(this.checkout), name);
    await writeFile(path, text);
    return relative(this.checkout, path);
  }

  async #run({ command, args, shown, quiet = false, exitCode = 0 }: DemoCommand): Promise<string> {
    if (!quiet) console.log(`$ ${shown}`);
    const child = spawn(command, args, { cwd: this.checkout, env: this.env, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        output += text;
        if (!quiet && isTerminal) process.stdout.write(text);
      });
    }
    const ended = await new Promise((resolve, reject) => child.once("error", reject).once("close", resolve));
    if (ended !== exitCode) {
      throw new Error(`\`${shown}\` exited with ${ended}${quiet || !isTerminal ? `:\n${output}` : ""}`);
    }
    if (!quiet) printResult(output);
    return output;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#remove();
  }

  async #remove(): Promise<void> {
    await rm(folderOf(this.checkout), { recursive: true, force: true });
    await rm(join(this.checkout, `Pulumi.${stackName}.yaml`), { force: true });
  }
}

function folderOf(checkout: string): string {
  return join(checkout, ".demo");
}

function pidFile(folder: string): string {
  return join(folder, "pid");
}

/** Throws if another `npm start` uses the files of this stack. */
function assertNotRunning(folder: string): void {
  if (!existsSync(pidFile(folder))) return;
  const pid = Number(readFileSync(pidFile(folder), "utf8"));
  if (isRunning(pid))
    throw new Error(`another \`npm start\` is running in this checkout (process ${pid}). End it first.`);
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Returns the directories of the `pulumi` and `node` of this run. */
function toolDirectories(): readonly string[] {
  const onPath = process.env["PATH"]?.split(delimiter) ?? [];
  const ofPulumi = onPath.find((directory) =>
    ["pulumi", "pulumi.exe"].some((name) => existsSync(join(directory, name))),
  );
  return [...(ofPulumi === undefined ? [] : [ofPulumi]), dirname(process.execPath)];
}

/**
 * Returns the environment without the variables that select a real Stripe account, backend or
 * stack.
 */
function otherVariables(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(?:PULUMI|STRIPE)_/.test(name)));
}

function pulumiVariables(folder: string): Record<string, string> {
  return {
    PULUMI_BACKEND_URL: pathToFileURL(join(folder, "state")).href,
    PULUMI_HOME: join(folder, "home"),
    PULUMI_CONFIG_PASSPHRASE: passphrase,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
  };
}
