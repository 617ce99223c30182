import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { Client } from "../emulator/support";

const repositoryRoot = join(__dirname, "..", "..");
/** The compiled command, because each process would compile the sources again. */
const program = join(repositoryRoot, "dist", "cli", "index.js");

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A run of the command `stripe-entitlements` in a process of its own. `await using` kills it. */
export class Command implements AsyncDisposable {
  stdout = "";
  stderr = "";
  readonly #child;
  readonly #ended: Promise<number | null>;

  /**
   * @param limits set by the shell first, such as `ulimit -f 100`
   * @param own variables besides those of this process
   */
  constructor(args: readonly string[], limits?: string, own: Readonly<Record<string, string>> = {}) {
    const command = [process.execPath, program, ...args];
    const [file = "", ...rest] =
      limits === undefined ? command : ["sh", "-c", `${limits}; exec "$@"`, "sh", ...command];
    const env = { ...process.env, ...own };
    this.#child = spawn(file, rest, { cwd: repositoryRoot, env, stdio: ["ignore", "pipe", "pipe"] });
    this.#child.stdout.setEncoding("utf8").on("data", (text: string) => {
      this.stdout += text;
    });
    this.#child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.stderr += text;
    });
    this.#ended = once(this.#child, "close").then(([code]) => code);
  }

  /** Resolves with its exit code and output once it has exited. */
  async ended(): Promise<Ended> {
    return { code: await this.#ended, stdout: this.stdout, stderr: this.stderr };
  }

  /** Ends the reader of its output, as `head` does. */
  closeOutput(): this {
    for (const output of [this.#child.stdout, this.#child.stderr]) output.destroy();
    return this;
  }

  /** Sends a signal and waits for the end. */
  async end(signal: NodeJS.Signals = "SIGTERM"): Promise<Ended> {
    this.#child.kill(signal);
    return this.ended();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end("SIGKILL");
  }

  /** A client by what the command says to export. */
  async client(): Promise<Client> {
    while (!this.stdout.includes("Ctrl-C")) {
      const how = await Promise.race([once(this.#child.stdout, "data"), this.#ended]);
      if (!Array.isArray(how)) throw new Error(`The command ended with ${how}: ${this.stderr}`);
    }
    const exported = (name: string) => new RegExp(`export ${name}='(.+)'`).exec(this.stdout)?.[1] ?? "";
    return new Client(exported("STRIPE_API_BASE"), exported("STRIPE_API_KEY"));
  }
}
