import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Emulator, startEmulator } from "../../emulator";
import { isFullRun, itInFullRun } from "../support/full-run";
import { packedProject } from "../support/packed-project";
import { type Environment, hermetic, type Outcome, pulumi, severalCommands } from "../support/pulumi";

const exec = promisify(execFile);

/** The count of refused requests depends on the workers. A preview sends no writes. */
const up = `pulumi up --parallel 8${isFullRun ? "" : " --skip-preview"}`;

/** A folder in which the installed command writes a program, and Pulumi runs it. */
interface Project {
  readonly folder: string;
  init(args: readonly string[]): Promise<{ readonly next: readonly string[] }>;
  /** Runs a command of Pulumi, and fails when it fails. */
  must(command: string): Promise<Outcome>;
}

async function createProject(emulator: Emulator): Promise<Project> {
  const { directory: root, pulumiHome } = await packedProject();
  await mkdir(join(root, "programs"), { recursive: true });
  const folder = await mkdtemp(join(root, "programs", "init-"));
  const state = join(folder, ".state");
  await mkdir(state);
  const env: Environment = hermetic({
    PULUMI_HOME: pulumiHome,
    PULUMI_BACKEND_URL: `file://${state}`,
    STRIPE_API_BASE: emulator.url,
    STRIPE_API_KEY: emulator.apiKey,
  });
  return {
    folder,
    init: async (args) => {
      const command = join(root, "node_modules", ".bin", "stripe-entitlements");
      const { stdout } = await exec(command, ["init", "--json", "--stack", "dev", ...args], { cwd: folder, env });
      return JSON.parse(stdout);
    },
    must: async (command) => {
      const outcome = await pulumi(folder, command.split(" ").slice(1), env);
      assert.equal(outcome.exitCode, 0, `${command}\n${outcome.output}`);
      return outcome;
    },
  };
}

/** Creates features, and products that carry them in turn. */
function fill({ sandbox: { dashboard } }: Emulator, features: number, products: number, attachments: number): void {
  const metadata = (n: number): Record<string, string> =>
    n % 3 === 0 ? { team: `team ${n}`, note: `"${n}" \`\${n}\`` } : {};
  const featureIds = Array.from(
    { length: features },
    (_, n) =>
      dashboard.createFeature({ lookupKey: `feature-${n}`, name: `Feature "${n}" 🎉`, metadata: metadata(n) }).id,
  );
  const productIds = Array.from({ length: products }, (_, n) => dashboard.createProduct({ name: `Plan ${n}` }).id);
  for (let n = 0; n < attachments; n += 1) {
    const feature = (Math.floor(n / products) + (n % products)) % features;
    dashboard.attach(productIds[n % products] ?? "", featureIds[feature] ?? "");
  }
}

/** Returns every object of the account, without the markers. */
function objectsOf({ sandbox: { dashboard } }: Emulator) {
  const features = dashboard.features().map(({ metadata: { pulumi_owner: _, ...metadata }, ...feature }) => ({
    ...feature,
    metadata,
  }));
  const attachments = dashboard.products().map(({ id }) => [id, dashboard.productFeatures(id).map(({ id }) => id)]);
  return { features, attachments };
}

/**
 * Returns the writes since the last call, each as `POST /v1/entitlements/features/:feature 200`.
 */
function takeWrites(emulator: Emulator): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { method, route, status } of emulator.requests.entries) {
    if (method === "GET") continue;
    const write = `${method} ${route} ${status}`;
    counts[write] = (counts[write] ?? 0) + 1;
  }
  emulator.requests.clear();
  return counts;
}

async function contentOf(folder: string): Promise<ReadonlyMap<string, string>> {
  const names = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isFile());
  return new Map(
    await Promise.all(names.map(async ({ name }) => [name, await readFile(join(folder, name), "utf8")] as const)),
  );
}

async function roundTrip(emulator: Emulator, project: Project, args: readonly string[] = []) {
  const before = objectsOf(emulator);
  const { next } = await project.init(args);
  assert.deepEqual(takeWrites(emulator), {});
  const writes: Record<string, number> = {};
  for (const command of next.filter((each) => each.startsWith("pulumi "))) {
    await project.must(command === "pulumi up" ? up : command);
    for (const [write, count] of Object.entries(takeWrites(emulator))) writes[write] = (writes[write] ?? 0) + count;
  }
  assert.deepEqual(objectsOf(emulator), before);
  return writes;
}

describe("stripe-entitlements init", function () {
  this.timeout(severalCommands);
  let emulator: Emulator;

  beforeEach(async () => {
    emulator = await startEmulator();
  });

  afterEach(() => emulator.close());

  const [features, products, attachments] = isFullRun ? [40, 12, 150] : [10, 3, 15];

  it(`adopts ${features} features and ${attachments} attachments with updates alone`, async () => {
    fill(emulator, features, products, attachments);
    const project = await createProject(emulator);
    const writes = await roundTrip(emulator, project);
    const { "POST /v1/entitlements/features/:id 200": updates, ...others } = writes;
    assert.equal(updates, features, JSON.stringify(writes));
    const refused = Object.values(others).reduce((sum, count) => sum + count, 0);
    assert.ok(refused <= 20, JSON.stringify(writes));
    for (const { lookup_key, metadata } of emulator.sandbox.dashboard.features()) {
      assert.equal(metadata["pulumi_owner"], `entitlements/dev/catalog/${lookup_key}`);
    }
    const before = await contentOf(project.folder);
    await project.init(["--force"]);
    assert.deepEqual(await contentOf(project.folder), before);
    for (const name of ["catalog.ts", "index.ts"]) await rm(join(project.folder, name));
    await project.init([]);
    assert.deepEqual(await contentOf(project.folder), before);
  });

  itInFullRun("writes an import file that Pulumi imports, and JSON declarations", async () => {
    fill(emulator, 5, 2, 6);
    const project = await createProject(emulator);
    const writes = await roundTrip(emulator, project, ["--format", "json", "--import-file", "import.json"]);
    await exec(process.execPath, [require.resolve("typescript/bin/tsc"), "-p", project.folder]);
    assert.deepEqual(writes, { "POST /v1/entitlements/features/:id 200": 5 });
  });
});
