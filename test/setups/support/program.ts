import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { type Emulator, startEmulator } from "../../../emulator";
import { type Environment, type ExportedResource, hermetic, type Outcome, pulumi } from "../../support/pulumi";
import { languageHost } from "./language-host";
import { nodeFolder } from "./package-managers";
import { type Installation, install, type SetUp } from "./set-up";

const project = "acme";
export const stack = "dev";
export const product = "prod_team";

/** A Pulumi program in one set-up, with a state directory and an emulator of its own. */
export class Program implements AsyncDisposable {
  private constructor(
    readonly installation: Installation,
    private readonly emulator: Emulator,
    readonly env: Environment,
  ) {}

  /** Installs the set-up and creates the stack. */
  static async start(setUp: SetUp): Promise<Program> {
    const installation = await install(setUp);
    const emulator = await startEmulator();
    emulator.sandbox.dashboard.createProduct({ id: product, name: "Team" });
    const folders = { state: join(installation.folder, "state"), home: join(installation.folder, "pulumi-home") };
    await Promise.all(Object.values(folders).map((folder) => mkdir(folder)));
    const env = hermetic({
      PULUMI_HOME: folders.home,
      PULUMI_BACKEND_URL: `file://${folders.state}`,
      STRIPE_API_BASE: emulator.url,
      STRIPE_API_KEY: emulator.apiKey,
      PATH: await path(setUp, installation.folder),
      ...setUp.environment?.(installation.folder),
    });
    const program = new Program(installation, emulator, env);
    await writeFile(join(installation.project, "Pulumi.yaml"), projectFile(setUp));
    await writeFile(join(installation.project, "tsconfig.json"), tsconfig(setUp));
    await program.must(["stack", "init", stack]);
    return program;
  }

  /** Shows what a person sees and does in the Dashboard. */
  get dashboard() {
    return this.emulator.sandbox.dashboard;
  }

  /** Writes the program. */
  async write(text: string): Promise<void> {
    await writeFile(join(this.installation.project, "index.ts"), text);
  }

  run(args: readonly string[]): Promise<Outcome> {
    return pulumi(this.installation.project, args, this.env);
  }

  /** Runs a command and fails with its output when it fails. */
  async must(args: readonly string[]): Promise<Outcome> {
    const outcome = await this.run(args);
    assert.equal(outcome.exitCode, 0, `pulumi ${args.join(" ")}\n${outcome.output}`);
    return outcome;
  }

  /** Reads this package's resources from the state. */
  async resources(): Promise<readonly ExportedResource[]> {
    const file = join(this.installation.folder, "state", ".pulumi", "stacks", project, `${stack}.json`);
    const { checkpoint } = JSON.parse(await readFile(file, "utf8"));
    const resources: readonly ExportedResource[] = checkpoint.latest?.resources ?? [];
    return resources.filter(({ type }) => type.startsWith("pulumi-nodejs:dynamic/stripe-entitlements:"));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.emulator.close();
    await this.installation.remove();
  }
}

/** Returns the PATH with the Node.js of the set-up and a language host that gets its options. */
async function path({ node, runtimeOptions }: SetUp, folder: string): Promise<string> {
  const folders = [
    ...(runtimeOptions === undefined ? [] : [await languageHost(folder, runtimeOptions)]),
    ...(node === undefined ? [] : [await nodeFolder(node)]),
  ];
  return [...folders, process.env["PATH"]].join(delimiter);
}

// JSON is valid YAML.
const projectFile = ({ runtimeOptions = {} }: SetUp) =>
  JSON.stringify({ name: project, main: "index.ts", runtime: { name: "nodejs", options: runtimeOptions } });

const tsconfig = ({ tsconfig: own = {} }: SetUp) =>
  JSON.stringify({
    compilerOptions: { target: "es2023", module: "nodenext", strict: true, noEmit: true, ...own.compilerOptions },
    "ts-node": own["ts-node"] ?? { transpileOnly: true },
  });
