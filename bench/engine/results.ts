import { execFile } from "node:child_process";
import { cpus, platform, release } from "node:os";
import { promisify } from "node:util";
import { version as sdkVersion } from "@pulumi/pulumi/package.json";
import type { Comparison } from "../statistics";
import type { Measured } from "./measure";
import type { ProgramStart } from "./program-start";

/** All that one run of the benchmark has measured. */
export interface Results {
  /** YYYY-MM-DD. */
  readonly date: string;
  /** Processor, system and versions, in a sentence. */
  readonly machine: string;
  /** Milliseconds to load this package, and `@pulumi/pulumi`. */
  readonly loading: Comparison;
  readonly starts: readonly ProgramStart[];
  readonly engine: readonly Measured[];
}

export async function describeMachine(): Promise<string> {
  const { stdout: cli } = await promisify(execFile)("pulumi", ["version"]);
  const [cpu] = cpus();
  return (
    `${cpus().length} × ${cpu?.model.trim()}, ${platform()} ${release()}, Node.js ${process.versions.node}, ` +
    `Pulumi CLI ${cli.trim()}, @pulumi/pulumi ${sdkVersion}`
  );
}
