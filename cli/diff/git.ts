import { type ExecFileException, execFile } from "node:child_process";
import { CliError } from "../cli-error";

/** Bytes of output. The list of a large repository's files is below. */
const maxBuffer = 256 * 1024 * 1024;

/** A run of git that has ended. */
interface Ended {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs git in a folder. */
export class Git {
  constructor(
    private readonly folder: string,
    private readonly env: Readonly<Record<string, string | undefined>>,
  ) {}

  /** Returns what git prints, without the last line break. Undefined when it fails. */
  async find(args: readonly string[]): Promise<string | undefined> {
    const { exitCode, stdout } = await this.#run(args);
    return exitCode === 0 ? stdout.replace(/\n$/, "") : undefined;
  }

  /**
   * Returns what git prints.
   *
   * @param env further variables
   * @throws CliError when git fails
   */
  async must(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> {
    const { exitCode, stdout, stderr } = await this.#run(args, env);
    if (exitCode === 0) return stdout;
    throw new CliError(`git ${args[0]} failed: ${stderr.trim().replace(/\s*\n\s*/g, " ")}`, "Correct what git names.");
  }

  #run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
    return new Promise((resolve, reject) => {
      const options = { cwd: this.folder, env: { ...this.env, ...env }, maxBuffer };
      const child = execFile("git", args, options, (error, stdout, stderr) => {
        process.off("exit", kill);
        if (error === null) resolve({ exitCode: 0, stdout, stderr });
        else if (typeof error.code === "number") resolve({ exitCode: error.code, stdout, stderr });
        else reject(explain(error));
      });
      // Otherwise it would write into a folder that this process removes at its end.
      const kill = () => void child.kill("SIGKILL");
      process.once("exit", kill);
    });
  }
}

function explain(error: ExecFileException): Error {
  if (error.code !== "ENOENT") return error;
  return new CliError("git cannot be started: it is not on the PATH", "Install git, or use --preview.");
}
