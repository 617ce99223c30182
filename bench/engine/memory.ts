import { readdir, readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

/** Milliseconds between two looks for the process, which take the machine's time from it, and at its memory. */
const interval = { search: 200, watch: 50 };

/**
 * Watches the provider processes that are started below the process, one after the other, and tells the most memory that one of them has held, in
 * bytes.
 * Reads Linux's /proc; undefined where there is none, or where no provider ran.
 */
export class PeakMemory {
  #peak: number | undefined;
  #isOver = false;
  readonly #watching: Promise<void>;

  constructor(root: number) {
    this.#watching = this.#watch(root);
  }

  async end(): Promise<number | undefined> {
    this.#isOver = true;
    await this.#watching;
    return this.#peak;
  }

  async #watch(root: number): Promise<void> {
    let provider: number | undefined;
    while (!this.#isOver) {
      provider ??= await findProvider(root);
      const peak = provider === undefined ? undefined : await peakOf(provider);
      if (peak !== undefined) this.#peak = Math.max(this.#peak ?? 0, peak);
      // A refresh and what follows it have one provider process each.
      else provider = undefined;
      await sleep(provider === undefined ? interval.search : interval.watch);
    }
  }
}

async function findProvider(root: number): Promise<number | undefined> {
  const processes = await readdir("/proc").catch(() => []);
  for (const pid of processes.filter((name) => /^\d+$/.test(name)).map(Number)) {
    const command = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
    if (/node.*dynamic-provider/.test(command) && (await isBelow(pid, root))) return pid;
  }
  return undefined;
}

async function isBelow(pid: number, root: number): Promise<boolean> {
  for (let parent = pid; parent > 1; ) {
    if (parent === root) return true;
    parent = Number(await field(parent, "PPid")) || 0;
  }
  return false;
}

async function peakOf(pid: number): Promise<number | undefined> {
  const kilobytes = Number.parseInt((await field(pid, "VmHWM")) ?? "", 10);
  return Number.isNaN(kilobytes) ? undefined : kilobytes * 1024;
}

async function field(pid: number, name: string): Promise<string | undefined> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  return new RegExp(`^${name}:\\s*(.*)$`, "m").exec(status)?.[1];
}
