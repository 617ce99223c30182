import { mkdtempSync, rmSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Emulator, startEmulator } from "../../../emulator";
import type { Ended } from "../command";
import { runCli, type Surroundings } from "../run-cli";

/** An emulator and a folder in which commands run. `await using` removes both. */
export class Account implements AsyncDisposable {
  readonly folder = mkdtempSync(join(tmpdir(), "init-"));

  private constructor(readonly emulator: Emulator) {}

  static async start(): Promise<Account> {
    return new Account(await startEmulator());
  }

  get dashboard() {
    return this.emulator.sandbox.dashboard;
  }

  /** Creates a feature for each key, and returns the ids. */
  features(...lookupKeys: readonly string[]): readonly string[] {
    return lookupKeys.map((lookupKey) => this.dashboard.createFeature({ lookupKey, name: `Name of ${lookupKey}` }).id);
  }

  /** Creates a product that carries the features. */
  product(product: { id: string; name: string; active?: boolean }, features: readonly string[]): string {
    this.dashboard.createProduct(product);
    for (const feature of features) this.dashboard.attach(product.id, feature);
    return product.id;
  }

  /** Runs `stripe-entitlements init` in the folder. */
  init(args: readonly string[] = [], { env = {}, ...more }: Surroundings = {}): Promise<Ended> {
    const known = { STRIPE_API_BASE: this.emulator.url, STRIPE_API_KEY: this.emulator.apiKey };
    return runCli(["init", ...args], { cwd: this.folder, env: { ...known, ...env }, ...more });
  }

  read(file: string): Promise<string> {
    return readFile(join(this.folder, file), "utf8");
  }

  /** The files of the folder by their paths. */
  async files(): Promise<ReadonlyMap<string, string>> {
    const entries = await readdir(this.folder, { recursive: true, withFileTypes: true });
    const paths = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
    const relative = paths.map((path) => path.slice(this.folder.length + 1)).sort();
    return new Map(await Promise.all(relative.map(async (path) => [path, await this.read(path)] as const)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.emulator.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
