import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Emulator, startEmulator } from "../../emulator";
import { packedProject } from "./packed-project";
import {
  type Command,
  type Environment,
  type ExportedResource,
  hermetic,
  type Outcome,
  plannedSteps,
  startPulumi,
} from "./pulumi";

export const project = "acme";
export const stackName = "dev";

/** What is written before the program runs. */
export interface StackOptions {
  /** The products that the server starts with, by id. */
  readonly products?: readonly string[];
  /** Name of the program's file; `index.js` by default. */
  readonly main?: string;
  /** Version of `@pulumi/pulumi`; the repository's own by default. */
  readonly sdkVersion?: string;
}

interface Checkpoint {
  readonly checkpoint: { readonly latest?: { readonly resources?: readonly ExportedResource[] } };
}

/** A stack of its own: program, state directory and emulator. */
export class TestStack implements AsyncDisposable {
  private constructor(
    readonly emulator: Emulator,
    readonly directory: string,
    private readonly main: string,
    private readonly env: Environment,
  ) {}

  static async start(options: StackOptions = {}): Promise<TestStack> {
    const emulator = await startEmulator();
    try {
      for (const id of options.products ?? []) emulator.sandbox.dashboard.createProduct({ id, name: id });
      return await TestStack.#make(emulator, options);
    } catch (error) {
      await emulator.close();
      throw error;
    }
  }

  static async #make(emulator: Emulator, { main = "index.js", sdkVersion }: StackOptions): Promise<TestStack> {
    const { directory: root, pulumiHome } = await packedProject(sdkVersion);
    const programs = join(root, "programs");
    await mkdir(programs, { recursive: true });
    const directory = await mkdtemp(join(programs, "p-"));
    const state = join(directory, "state");
    await mkdir(state);
    const env = hermetic({
      PULUMI_HOME: pulumiHome,
      PULUMI_BACKEND_URL: `file://${state}`,
      STRIPE_API_BASE: emulator.url,
      STRIPE_API_KEY: emulator.apiKey,
    });
    await writeFile(join(directory, "Pulumi.yaml"), projectFile(main));
    const stack = new TestStack(emulator, directory, main, env);
    await stack.must(["stack", "init", stackName]);
    return stack;
  }

  /** Shows what a person sees and does in the Dashboard. */
  get dashboard() {
    return this.emulator.sandbox.dashboard;
  }

  /** Makes `text` the program. What each program needs is imported already in plain JavaScript. */
  async program(text: string): Promise<void> {
    const isPlain = this.main.endsWith(".js");
    await writeFile(join(this.directory, this.main), isPlain ? imports + text : text);
  }

  /**
   * Starts a command without waiting for its end.
   *
   * @param timeout milliseconds after which it is ended
   */
  begin(args: readonly string[], env: Environment = {}, timeout?: number): Command {
    return startPulumi(this.directory, args, { ...this.env, ...env }, timeout);
  }

  run(args: readonly string[], env: Environment = {}): Promise<Outcome> {
    return this.begin(args, env).outcome;
  }

  /** As {@link run}, but fails with the command's output when the command does. */
  async must(args: readonly string[], env: Environment = {}): Promise<Outcome> {
    const outcome = await this.run(args, env);
    assert.equal(outcome.exitCode, 0, `pulumi ${args.join(" ")}\n${outcome.output}`);
    return outcome;
  }

  /** `pulumi up` of `text`, or of the program that is there, without a preview. */
  async up(text?: string, ...args: readonly string[]): Promise<Outcome> {
    if (text !== undefined) await this.program(text);
    return this.must(["up", "--skip-preview", ...args]);
  }

  /** What `pulumi preview --refresh` plans. */
  async driftPlan(): Promise<string[]> {
    const { stdout } = await this.must(["preview", "--refresh", "--json"]);
    return plannedSteps(stdout);
  }

  /** Fails when the server is not as the program says. */
  async mustBeInLine(): Promise<void> {
    await this.must(["preview", "--refresh", "--expect-no-changes"]);
  }

  async destroy(): Promise<Outcome> {
    return this.must(["destroy", "--skip-preview"]);
  }

  /** Where the state is kept. */
  get checkpointFile(): string {
    return join(this.directory, "state", ".pulumi", "stacks", project, `${stackName}.json`);
  }

  /** The resources in the state, the stack's own and the provider's besides: what `pulumi stack export` shows, without its second. */
  async exported(): Promise<readonly ExportedResource[]> {
    const { checkpoint } = JSON.parse(await readFile(this.checkpointFile, "utf8")) as Checkpoint;
    return checkpoint.latest?.resources ?? [];
  }

  /**
   * What the state says of Stripe's objects. The rest of it is the engine's own, and may be written in another way by a run that changes
   * nothing.
   */
  async objects(): Promise<readonly ExportedResource[]> {
    const ours = (await this.exported()).filter(({ type }) =>
      type.startsWith("pulumi-nodejs:dynamic/stripe-entitlements:"),
    );
    return ours.map(({ urn, type, id, inputs, outputs }) => ({ urn, type, id, inputs, outputs }));
  }

  /** The id of the resource with this name. */
  async idOf(name: string): Promise<string> {
    const found = (await this.exported()).find(({ urn }) => urn.endsWith(`::${name}`));
    assert.ok(found?.id, `${name} is not in the state`);
    return found.id;
  }

  /** The text of every file in the state directory. */
  async stateFiles(): Promise<readonly string[]> {
    const files = await readdir(join(this.directory, "state"), { recursive: true, withFileTypes: true });
    const plain = files.filter((file) => file.isFile());
    return Promise.all(plain.map((file) => readFile(join(file.parentPath, file.name), "utf8")));
  }

  /** The lookup keys that customers of the product are entitled to, sorted. */
  attached(product: string): string[] {
    return this.dashboard
      .productFeatures(product)
      .map(({ entitlement_feature }) => entitlement_feature.lookup_key)
      .sort();
  }

  /** The requests since the last look, each as `POST /v1/entitlements/features`. */
  takeRequests(): string[] {
    const taken = this.emulator.requests.entries.map(({ method, path }) => `${method} ${path}`);
    this.emulator.requests.clear();
    return taken;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.emulator.close();
  }
}

/** Whether a request, as {@link TestStack.takeRequests} shows it, may change something. */
export function isWrite(request: string): boolean {
  return !request.startsWith("GET ");
}

const imports = `
const pulumi = require("@pulumi/pulumi");
const { Feature, ProductFeature } = require("pulumi-stripe-entitlements");
`;

function projectFile(main: string): string {
  const runtime = main.endsWith(".js") ? "{ name: nodejs, options: { typescript: false } }" : "nodejs";
  return `name: ${project}\nruntime: ${runtime}\nmain: ${main}\n`;
}

/** A stack for the tests of one `describe`, in sequence. */
export function useStack(options: StackOptions = {}): () => TestStack {
  let stack: TestStack | undefined;
  before("a stack of its own", async () => {
    stack = await TestStack.start(options);
  });
  after(async () => stack?.[Symbol.asyncDispose]());
  return () => {
    if (stack === undefined) throw new Error("The stack is there only while the tests run");
    return stack;
  };
}
