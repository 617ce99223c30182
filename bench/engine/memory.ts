import { readdir, readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

/** Milliseconds. A search for the process reads all of /proc, so it runs less often. */
const interval = { search: 200, watch: 50 };

/**
 * Records the peak memory of the provider processes that a process starts, one after the other. It
 * reads /proc, so it works on Linux only.
 */
export class PeakMemory {
  #peak: number | undefined;
  #hasEnded = false;
  readonly #watching: Promise<void>;

  constructor(root: number) {
    this.#watching = this.#watch(root);
  }

  /** Returns the largest peak in bytes. Undefined without /proc, or when no provider ran. */
  async end(): Promise<number | undefined> {
    this.#hasEnded = true;
    await this.#watching;
    return this.#peak;
  }

  async #watch(root: number): Promise<void> {
    let provider: number | undefined;
    while (!this.#hasEnded) {
      provider ??= await findProvider(root);
      const peak = provider === undefined ? undefined : await readPeak(provider);
      if (peak !== undefined) this.#peak = Math.max(this.#peak ?? 0, peak);
      // The engine starts one provider process for a refresh and another one for the rest.
      else provider = undefined;
      await sleep(provider === undefined ? interval.search : interval.watch);
    }
  }
}

async function findProvider(root: number): Promise<number | undefined> {
  const processes = await readdir("/proc").catch(() => []);
  for (const pid of processes.filter((name) => /^\d+$/.test(name)).map(Number)) {
    const command = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
    if (
      /node.*(dynamic-provider|pulumi-resource-stripe-entitlements|plugin\/index\.js)/.test(command) &&
      (await isDescendant(pid, root))
    )
      return pid;
  }
  return undefined;
}

async function isDescendant(pid: number, root: number): Promise<boolean> {
  for (let parent = pid; parent > 1; ) {
    if (parent === root) return true;
    parent = Number(await readField(parent, "PPid")) || 0;
  }
  return false;
}

async function readPeak(pid: number): Promise<number | undefined> {
  const kilobytes = Number.parseInt((await readField(pid, "VmHWM")) ?? "", 10);
  return Number.isNaN(kilobytes) ? undefined : kilobytes * 1024;
}

async function readField(pid: number, name: string): Promise<string | undefined> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  return new RegExp(`^${name}:\\s*(.*)$`, "m").exec(status)?.[1];
}
