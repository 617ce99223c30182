import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { type Emulator, startEmulator } from "../../../emulator";
import { runCli, type Surroundings } from "../run-cli";

/** One line of the report. */
interface Line {
  readonly check: string;
  readonly status: string;
  readonly text: string;
  readonly hint?: string;
}

/** The outcome of one run. */
export interface Outcome {
  readonly code: number | null;
  readonly lines: readonly Line[];
  /** The lines of a check, as `status text`. */
  of(check: string): readonly string[];
}

const provider = ["configure", "check", "diff", "create", "read", "update", "delete"]
  .map((name) => `exports.${name} = () => undefined;`)
  .join("\n");

/** A project without anything to report, and an account. `await using` removes both. */
export class Project implements AsyncDisposable {
  private constructor(
    readonly folder: string,
    readonly emulator: Emulator,
  ) {}

  static async open(): Promise<Project> {
    const emulator = await startEmulator({
      accounts: [{}, { apiKeys: { test: "sk_org_made_up" } }],
      seed: {
        features: [{ lookupKey: "sso", name: "Single sign-on" }],
        products: [{ id: "prod_team", name: "Team", features: ["sso"] }],
      },
    });
    const project = new Project(await mkdtemp(join(tmpdir(), "doctor-")), emulator);
    const { account } = emulator.sandbox;
    await project.write("Pulumi.yaml", "name: acme\nruntime: nodejs\n");
    await project.write(
      "Pulumi.dev.yaml",
      `config:\n  stripe-entitlements:account: ${account}\n  stripe-entitlements:mode: test\n`,
    );
    await project.write("index.ts", "");
    await project.write("tsconfig.json", `{ "ts-node": { "transpileOnly": true } } // fast`);
    await project.write("package-lock.json", "{}");
    await project.install("node_modules", "pulumi-stripe-entitlements", "0.1.0");
    await project.install("node_modules", "@pulumi/pulumi", "3.276.0");
    for (const [name, version] of [
      ["pulumi", "v3.274.1"],
      ["npm", "11.19.1"],
    ] as const) {
      await project.addCommand(name, version);
    }
    return project;
  }

  async write(file: string, text: string): Promise<void> {
    const path = join(this.folder, file);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }

  remove(file: string): Promise<void> {
    return rm(join(this.folder, file), { recursive: true, force: true });
  }

  /** Adds a package to a folder of packages. */
  async install(packages: string, name: string, version: string): Promise<void> {
    const folder = join(packages, name);
    await this.write(join(folder, "package.json"), JSON.stringify({ name, version }));
    for (const module of ["feature", "product-feature"])
      await this.write(join(folder, "dynamic", `${module}.js`), provider);
  }

  /** Adds a program to PATH that prints the text. */
  async addCommand(name: string, text: string): Promise<void> {
    const path = join(this.folder, "bin", name);
    await this.write(join("bin", name), `#!/bin/sh\necho "${text}"\n`);
    await chmod(path, 0o755);
  }

  get env(): Readonly<Record<string, string | undefined>> {
    return {
      PATH: [join(this.folder, "bin"), dirname(process.execPath)].join(delimiter),
      STRIPE_API_BASE: this.emulator.url,
      STRIPE_API_KEY: this.emulator.apiKey,
    };
  }

  /** Runs `doctor` in the folder. */
  run(args: readonly string[] = [], { env, ...surroundings }: Surroundings = {}) {
    return runCli(["doctor", ...args], { cwd: this.folder, env: { ...this.env, ...env }, ...surroundings });
  }

  /** Runs `doctor --json` in the folder. */
  async check(args: readonly string[] = [], surroundings: Surroundings = {}): Promise<Outcome> {
    const { code, stdout } = await this.run([...args, "--json"], surroundings);
    const lines: readonly Line[] = JSON.parse(stdout).checks;
    const of = (check: string) =>
      lines.filter((line) => line.check === check).map(({ status, text }) => `${status} ${text}`);
    return { code, lines, of };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.emulator.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}
