import { PassThrough, Readable } from "node:stream";
import type { Output } from "../../cli/io";
import { run } from "../../cli/run";
import type { Ended } from "./command";

/** The surroundings of {@link runCli}. */
export interface Surroundings {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  /** The text on standard input. Default: none. */
  readonly stdin?: string;
  /** Whether all streams are terminals. */
  readonly isTerminal?: boolean;
}

/** Runs the command line in this process. */
export async function runCli(
  args: readonly string[],
  { env = {}, cwd = process.cwd(), stdin = "", isTerminal = false }: Surroundings = {},
): Promise<Ended> {
  const written = { stdout: "", stderr: "" };
  const output = (name: keyof typeof written): Output => {
    const stream = new PassThrough({ encoding: "utf8" });
    stream.on("data", (text: string) => {
      written[name] += text;
    });
    return Object.assign(stream, { isTTY: isTerminal });
  };
  const code = await run(args, {
    stdin: Object.assign(Readable.from(stdin === "" ? [] : [Buffer.from(stdin)]), { isTTY: isTerminal }),
    stdout: output("stdout"),
    stderr: output("stderr"),
    env,
    cwd,
    untilInterrupted: () => Promise.resolve(),
    exitCode: 0,
  });
  return { code, ...written };
}
