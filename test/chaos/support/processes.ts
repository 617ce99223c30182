import { execFile } from "node:child_process";
import { promisify } from "node:util";

const exec = promisify(execFile);

export interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

/**
 * Returns all processes that the process has started, directly or indirectly. A signal to the
 * process group of the CLI does not reach them, because Pulumi gives each plugin its own group.
 */
export async function descendantsOf(pid: number): Promise<Process[]> {
  return below(pid, await allProcesses());
}

/** Whether the process runs or is stopped. False for a zombie. */
export async function isRunning({ pid, command }: Process): Promise<boolean> {
  return (await allProcesses()).some((process) => process.pid === pid && process.command === command);
}

function below(pid: number, processes: readonly Process[]): Process[] {
  const children = processes.filter(({ parent }) => parent === pid);
  return [...children, ...children.flatMap((child) => below(child.pid, processes))];
}

async function allProcesses(): Promise<Process[]> {
  const { stdout } = await exec("ps", ["-A", "-o", "pid=,ppid=,args="]);
  return stdout.split("\n").flatMap((line) => {
    const [, pid, parent, command] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return command === undefined ? [] : [{ pid: Number(pid), parent: Number(parent), command }];
  });
}

/** Sends the signal. Does nothing if the process has ended. */
export function kill(pid: number, signal: "SIGKILL" | "SIGSTOP"): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
