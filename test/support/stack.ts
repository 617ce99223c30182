import assert from "node:assert/strict";
import { cp, mkdir, mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Emulator, type EmulatorOptions, startEmulator } from "../../emulator";
import { installNodeSdk, nodeSdk, sdkFile } from "./node-sdk";
import { packedProject } from "./packed-project";
import {
  type Command,
  type Environment,
  type ExportedResource,
  hermetic,
  type Outcome,
  plannedSteps,
  pulumi,
  startPulumi,
} from "./pulumi";
import { buildTimeoutMs, pluginLines, yamlEnvironment, yamlFile, yamlProject } from "./yaml-program";

export const project = "acme";
export const stackName = "dev";

export interface StackOptions {
  /** The ids of the products that the emulator starts with. */
  readonly products?: readonly string[];
  /** The other options of the emulator. */
  readonly emulator?: EmulatorOptions;
  /** The file of the program. Default: `index.js`. With `yamlFile` it is a program in YAML. */
  readonly main?: string;
  /** The version of `@pulumi/pulumi`. Default: the repository's own. */
  readonly sdkVersion?: string;
}

interface Checkpoint {
  readonly checkpoint: { readonly latest?: { readonly resources?: readonly ExportedResource[] } };
}

interface Place {
  readonly name: string;
  /** Contains the program. */
  readonly directory: string;
  /** The state directory. Two stacks may share one. */
  readonly state: string;
  readonly main: string;
  readonly env: Environment;
}

/** A stack with its own program, state directory and emulator. `await using` stops the emulator. */
export class TestStack implements AsyncDisposable {
  private constructor(
    readonly emulator: Emulator,
    private readonly place: Place,
  ) {}

  static async start(options: StackOptions = {}): Promise<TestStack> {
    const emulator = await startEmulator(options.emulator);
    try {
      for (const id of options.products ?? []) emulator.sandbox.dashboard.createProduct({ id, name: id });
      return await TestStack.#create(emulator, options);
    } catch (error) {
      await emulator.close();
      throw error;
    }
  }

  static async #create(emulator: Emulator, { main = "index.js", sdkVersion }: StackOptions): Promise<TestStack> {
    const { directory: root, pulumiHome } = await packedProject(sdkVersion);
    const directory = await createProgramDirectory(root);
    const state = join(directory, "state");
    await mkdir(state);
    const env = hermetic({
      PULUMI_HOME: pulumiHome,
      PULUMI_BACKEND_URL: `file://${state}`,
      STRIPE_API_BASE: emulator.url,
      STRIPE_API_KEY: emulator.apiKey,
      ...(main === yamlFile ? await yamlEnvironment() : {}),
    });
    return TestStack.#init(emulator, { name: stackName, directory, state, main, env });
  }

  static async #init(emulator: Emulator, place: Place): Promise<TestStack> {
    const { directory, state, name, main } = place;
    await writeFile(join(directory, "Pulumi.yaml"), projectFile(main, directory));
    const root = join(directory, "..", "..");
    const created = emptyStacks.get(name) ?? createEmptyStack(root, name, place.env);
    emptyStacks.set(name, created);
    const empty = await created;
    await cp(empty.state, state, { recursive: true });
    await cp(empty.configuration, join(directory, configurationFile(name)));
    return new TestStack(emulator, place);
  }

  /**
   * Creates another stack of the project with its own program, on the same account and in the same
   * state directory. It ends with this stack.
   */
  async another(name: string): Promise<TestStack> {
    const directory = await createProgramDirectory(join(this.directory, "..", ".."));
    return TestStack.#init(this.emulator, { ...this.place, name, directory });
  }

  /** Renames the stack. Returns it with its new name. */
  async renamed(name: string): Promise<TestStack> {
    await this.must(["stack", "rename", name]);
    return new TestStack(this.emulator, { ...this.place, name });
  }

  /** Returns the stack with a program in YAML instead of its own, which the caller writes. */
  async inYaml(): Promise<TestStack> {
    const env = { ...this.place.env, ...(await yamlEnvironment()) };
    return new TestStack(this.emulator, { ...this.place, main: yamlFile, env });
  }

  /**
   * Returns the stack with a program that uses the SDK for Node.js and the plugin, instead of its
   * own program. The caller writes it.
   */
  async withNodeSdk(): Promise<TestStack> {
    await installNodeSdk(this);
    await writeFile(join(this.directory, "Pulumi.yaml"), projectFile(sdkFile, this.directory));
    return new TestStack(this.emulator, { ...this.place, main: sdkFile });
  }

  get directory(): string {
    return this.place.directory;
  }

  /** The environment of the commands. */
  get env(): Environment {
    return this.place.env;
  }

  /** The Dashboard of the emulator's default account in test mode. */
  get dashboard() {
    return this.emulator.sandbox.dashboard;
  }

  /**
   * Writes the program. A JavaScript program starts with the imports that every program needs, and
   * one in YAML with the project.
   */
  async program(text: string): Promise<void> {
    const { main, directory } = this.place;
    await writeFile(join(directory, main), startOf(main, directory) + text);
  }

  /**
   * Starts a command without waiting until it ends.
   *
   * @param timeout milliseconds after which the command is stopped
   */
  begin(args: readonly string[], env: Environment = {}, timeout?: number): Command {
    return startPulumi(this.directory, args, { ...this.place.env, PULUMI_STACK: this.place.name, ...env }, timeout);
  }

  run(args: readonly string[], env: Environment = {}): Promise<Outcome> {
    return this.begin(args, env).outcome;
  }

  /** Runs a command, and fails with its output when the command fails. */
  async must(args: readonly string[], env: Environment = {}): Promise<Outcome> {
    const outcome = await this.run(args, env);
    assert.equal(outcome.exitCode, 0, `pulumi ${args.join(" ")}\n${outcome.output}`);
    return outcome;
  }

  /** Runs `pulumi up` without a preview, with `text` or else the current program. */
  async up(text?: string, ...args: readonly string[]): Promise<Outcome> {
    if (text !== undefined) await this.program(text);
    return this.must(["up", "--skip-preview", ...args]);
  }

  /** Returns the changes that `pulumi preview --refresh` plans. */
  async driftPlan(): Promise<string[]> {
    const { stdout } = await this.must(["preview", "--refresh", "--json"]);
    return plannedSteps(stdout);
  }

  /** Fails when the objects on the server differ from the program. */
  async mustBeInLine(): Promise<void> {
    await this.must(["preview", "--refresh", "--expect-no-changes"]);
  }

  async destroy(): Promise<Outcome> {
    return this.must(["destroy", "--skip-preview"]);
  }

  /** The path of the state file. */
  get checkpointFile(): string {
    return join(this.place.state, ".pulumi", "stacks", project, `${this.place.name}.json`);
  }

  /** Returns a function that restores the state as it is now. */
  async saveState(): Promise<() => Promise<void>> {
    const saved = await readFile(this.checkpointFile);
    return () => writeFile(this.checkpointFile, saved);
  }

  /**
   * Returns the resources in the state, including the stack and the provider. It reads the state
   * file, because `pulumi stack export` takes a second.
   */
  async exported(): Promise<readonly ExportedResource[]> {
    const { checkpoint } = JSON.parse(await readFile(this.checkpointFile, "utf8")) as Checkpoint;
    return checkpoint.latest?.resources ?? [];
  }

  /**
   * Returns the resources of this package in the state, with the properties that the provider
   * decides. The engine may rewrite the other properties in a run without changes.
   */
  async objects(): Promise<readonly ExportedResource[]> {
    const ours = (await this.exported()).filter(({ type }) =>
      /^(pulumi-nodejs:dynamic\/)?stripe-entitlements:(index:)?(Product)?Feature$/.test(type),
    );
    return ours.map(({ urn, type, id, inputs, outputs }) => ({ urn, type, id, inputs, outputs }));
  }

  /** Returns the URN of the resource with this name. */
  async urnOf(name: string): Promise<string> {
    return (await this.#exportedAs(name)).urn;
  }

  /** Returns the id of the resource with this name. */
  async idOf(name: string): Promise<string> {
    const { id } = await this.#exportedAs(name);
    assert.ok(id, `${name} has no id`);
    return id;
  }

  async #exportedAs(name: string): Promise<ExportedResource> {
    const found = (await this.exported()).find(({ urn }) => urn.endsWith(`::${name}`));
    assert.ok(found, `${name} is not in the state`);
    return found;
  }

  /** Returns the text of every file in the state directory. */
  async stateFiles(): Promise<readonly string[]> {
    const files = await readdir(this.place.state, { recursive: true, withFileTypes: true });
    const plain = files.filter((file) => file.isFile());
    return Promise.all(plain.map((file) => readFile(join(file.parentPath, file.name), "utf8")));
  }

  /** Returns the lookup keys of the features attached to the product, sorted. */
  attached(product: string): string[] {
    return this.dashboard
      .productFeatures(product)
      .map(({ entitlement_feature }) => entitlement_feature.lookup_key)
      .sort();
  }

  /** Returns the requests since the last call, each as `POST /v1/entitlements/features`. */
  takeRequests(): string[] {
    const taken = this.emulator.requests.entries.map(({ method, path }) => `${method} ${path}`);
    this.emulator.requests.clear();
    return taken;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.emulator.close();
  }
}

/** Whether a request of {@link TestStack.takeRequests} may change an object. */
export function isWrite(request: string): boolean {
  return !request.startsWith("GET ");
}

/** Returns the first lines of a program. */
function startOf(main: string, directory: string): string {
  if (main === yamlFile) return projectFile(main, directory);
  if (main === sdkFile) return importsFrom(nodeSdk);
  return main.endsWith(".js") ? importsFrom("pulumi-stripe-entitlements") : "";
}

const importsFrom = (packageName: string) => `
const pulumi = require("@pulumi/pulumi");
const { Feature, ProductFeature } = require("${packageName}");
`;

/** The files of a stack without resources. */
interface EmptyStack {
  readonly state: string;
  readonly configuration: string;
}

/** By name. `pulumi stack init` takes half a second of CPU time, so it runs once for each name. */
const emptyStacks = new Map<string, Promise<EmptyStack>>();

async function createEmptyStack(root: string, name: string, env: Environment): Promise<EmptyStack> {
  const directory = await createProgramDirectory(root);
  const state = join(directory, "state");
  await mkdir(state);
  await writeFile(join(directory, "Pulumi.yaml"), projectFile("index.js", directory));
  const { exitCode, output } = await pulumi(directory, ["stack", "init", name], {
    ...env,
    PULUMI_BACKEND_URL: `file://${state}`,
  });
  assert.equal(exitCode, 0, output);
  return { state, configuration: join(directory, configurationFile(name)) };
}

const configurationFile = (stack: string) => `Pulumi.${stack}.yaml`;

/** Creates the directory of a program below the directory of a packed project. */
async function createProgramDirectory(root: string): Promise<string> {
  const programs = join(root, "programs");
  await mkdir(programs, { recursive: true });
  return mkdtemp(join(programs, "p-"));
}

function projectFile(main: string, directory: string): string {
  const root = join(directory, "..", "..");
  if (main === yamlFile) return yamlProject(project, root);
  const runtime = main.endsWith(".js") ? "{ name: nodejs, options: { typescript: false } }" : "nodejs";
  return `name: ${project}\nruntime: ${runtime}\nmain: ${main}\n${main === sdkFile ? pluginLines(root) : ""}`;
}

/** Starts a stack before the tests of a `describe`, and stops it after them. Returns its getter. */
export function useStack(options: StackOptions = {}): () => TestStack {
  let stack: TestStack | undefined;
  before("start a stack", async function () {
    if (options.main === yamlFile) this.timeout(buildTimeoutMs);
    stack = await TestStack.start(options);
  });
  after(async () => stack?.[Symbol.asyncDispose]());
  return () => {
    if (stack === undefined) throw new Error("The stack exists only while the tests run");
    return stack;
  };
}

/**
 * Starts the stacks `dev` and `staging` of one project on one account before the tests of a
 * `describe`, and stops them after it. Returns their getter.
 */
export function useTwoStacks(
  options: StackOptions = {},
): () => { readonly dev: TestStack; readonly staging: TestStack } {
  const dev = useStack(options);
  let staging: TestStack | undefined;
  before("start a second stack", async () => {
    staging = await dev().another("staging");
  });
  return () => {
    if (staging === undefined) throw new Error("The stacks exist only while the tests run");
    return { dev: dev(), staging };
  };
}
