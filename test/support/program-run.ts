import { execFile } from "node:child_process";
import { join } from "node:path";

export interface ProgramRun {
  /** 0 when the program came to its end. */
  readonly code: number | string;
  /** What Node.js says about an error that nobody caught. */
  readonly stderr: string;
  /** Names of the features that reached the engine, in order. */
  readonly registered: readonly string[];
}

const root = join(__dirname, "..", "..");

/**
 * Runs a program in a process of its own, against Pulumi's mock of the engine. What goes wrong in an output leaves a Pulumi program as a
 * rejection that nobody handled, which ends the process and would end the tests' own.
 *
 * @param statements see `pulumi` and `Feature`.
 */
export function runProgram(statements: string): Promise<ProgramRun> {
  const program = `
    const pulumi = require("@pulumi/pulumi");
    const newResource = ({ name, type, inputs }) => {
      if (type.endsWith(":Feature")) console.log(name);
      return { id: "feat_" + name, state: inputs };
    };
    pulumi.runtime.setMocks({ newResource, call: () => ({}) }, "shop", "production");
    const { Feature } = require("./provider");
    pulumi.runtime.runInPulumiStack(async () => { ${statements} });
  `;
  const args = ["-r", "ts-node/register/transpile-only", "-e", program];
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: root }, (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, stderr, registered: stdout.split("\n").filter((line) => line !== "") }),
    );
  });
}
