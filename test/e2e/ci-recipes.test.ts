import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { parse } from "yaml";
import { type Emulator, startEmulator } from "../../emulator";
import { copyExample, type Example } from "../support/example";
import { describeInFullRun, itInFullRun } from "../support/full-run";
import { packedProject } from "../support/packed-project";
import { type Environment, severalCommands } from "../support/pulumi";
import { writeExecutable } from "../tools/support/tools";

const exec = promisify(execFile);
const page = resolve(__dirname, "../../docs/ci.md");

interface Step {
  readonly name?: string;
  readonly run?: string;
  readonly with?: { readonly script?: string };
}

interface Workflow {
  readonly jobs: Readonly<Record<string, { readonly steps: readonly Step[] }>>;
}

type Script = (github: object, context: object, require: (module: string) => object) => Promise<void>;

/** The part of GitHub's API that the script of the comment calls. It keeps the comments. */
class Comments {
  readonly bodies: string[] = [];
  readonly rest = {
    issues: {
      listComments: () => this.bodies.map((body, id) => ({ id, body })),
      createComment: ({ body }: { body: string }) => this.bodies.push(body),
      updateComment: ({ comment_id, body }: { comment_id: number; body: string }) => {
        this.bodies[comment_id] = body;
      },
    },
  };
  paginate = async (list: (options: object) => unknown, options: object) => list(options);
}

/** The example as a git repository, and the account that its stack `live` belongs to. */
class Repository {
  private constructor(
    readonly emulator: Emulator,
    readonly example: Example,
  ) {}

  static async create(): Promise<Repository> {
    const emulator = await startEmulator();
    const example = await copyExample("github-actions", emulator);
    const repository = new Repository(emulator, example);
    const { directory } = example;
    const { directory: packed } = await packedProject();
    await symlink(join(packed, "node_modules"), join(directory, "node_modules"));
    const stack = join(directory, "Pulumi.live.yaml");
    const text = await readFile(stack, "utf8");
    for (const [id] of text.matchAll(/prod_\w+/g)) emulator.live.dashboard.createProduct({ id, name: id });
    await writeFile(stack, text.replace(/acct_\w+/, emulator.live.account));
    await example.must(["stack", "init", "live"]);
    await writeFile(join(directory, ".gitignore"), "node_modules\nstate\nbin\n*.md\n");
    await repository.shell(`
      git init --quiet --initial-branch main && git add --all
      git -c user.name=test -c user.email=test@example.invalid commit --quiet --message "Start"
      git update-ref refs/remotes/origin/main HEAD`);
    return repository;
  }

  /** Runs a script as GitHub Actions does. */
  async shell(script: string, env: Environment = {}): Promise<string> {
    const { stdout } = await exec("bash", ["-e", "-c", script], {
      cwd: this.example.directory,
      env: { ...this.example.env, ...env, PATH: `${join(this.example.directory, "bin")}:${process.env["PATH"]}` },
    });
    return stdout;
  }

  read(file: string): Promise<string> {
    return readFile(join(this.example.directory, file), "utf8");
  }

  /** Returns the step of a workflow by its name. */
  async step(workflow: string, name: string): Promise<Step> {
    const { jobs } = parse(await this.read(`.github/workflows/${workflow}.yml`)) as Workflow;
    const steps = Object.values(jobs).flatMap((job) => job.steps);
    return steps.find((step) => step.name === name) ?? assert.fail(`${workflow}.yml has no step "${name}"`);
  }

  async runStep(workflow: string, name: string, env: Environment): Promise<string> {
    const { run } = await this.step(workflow, name);
    return this.shell(run ?? assert.fail(`"${name}" runs nothing`), env);
  }

  async edit(file: string, from: string, to: string): Promise<void> {
    const text = await this.read(file);
    assert.ok(text.includes(from), `${file} does not contain ${from}`);
    await writeFile(join(this.example.directory, file), text.replace(from, to));
  }
}

const attachedTo = ({ live: { dashboard } }: Emulator, product: string) =>
  dashboard
    .productFeatures(product)
    .map(({ entitlement_feature }) => entitlement_feature.lookup_key)
    .sort();

describe("The workflows of the example", function () {
  this.timeout(severalCommands);
  let repository: Repository;
  let withKey: Environment;

  before(async () => {
    repository = await Repository.create();
    withKey = { STRIPE_API_KEY: repository.emulator.live.apiKey };
  });

  after(() => repository?.emulator.close());

  it("apply: deploys the catalog", async () => {
    await repository.runStep("apply", "Apply", withKey);
    assert.deepEqual(attachedTo(repository.emulator, "prod_LiveTeam"), ["api", "projects"]);
  });

  it("preview: keeps one comment up to date, without a key", async () => {
    const comments = new Comments();
    await commentOn(comments);
    await repository.edit("catalog.ts", '["projects", "api"]', '["projects", "api", "sso"]');
    await commentOn(comments);
    assert.equal(comments.bodies.length, 1);
    assert.match(comments.bodies[0] ?? "", /^\*\*team\*\* gains 1 feature\./m);
  });

  itInFullRun("preview: shows what `up` would do, and writes nothing", async () => {
    const output = await repository.runStep("preview", "Preview", withKey);
    assert.match(output, /ProductFeature.*acme\/team\/sso/s);
    assert.deepEqual(attachedTo(repository.emulator, "prod_LiveTeam"), ["api", "projects"]);
  });

  it("drift: opens an issue when Stripe differs from the catalog", async () => {
    const bin = join(repository.example.directory, "bin");
    await mkdir(bin);
    // GitHub's command line cannot be had here. This one only records how it is called.
    writeExecutable(bin, "gh", 'echo "$@" >> gh.txt');
    await compare();
    assert.match(await repository.read("output.txt"), /^code=2$/m);
    assert.match(await repository.read("drift.md"), /sso/);
    await repository.runStep("drift", "Open or update the issue", {});
    assert.match(await repository.read("gh.txt"), /^issue create --title .* --body-file drift\.md$/m);
  });

  itInFullRun("drift: ends well when they agree, and fails when Stripe cannot be read", async () => {
    await repository.runStep("apply", "Apply", withKey);
    await compare();
    assert.match(await repository.read("output.txt"), /^code=0$/m);
    await assert.rejects(compare({ STRIPE_API_KEY: "sk_live_madeUpAndUnknown" }), { code: 1 });
  });

  async function commentOn(comments: Comments): Promise<void> {
    await repository.runStep("preview", "Say what changes", { GITHUB_BASE_REF: "main" });
    const { with: inputs } = await repository.step("preview", "Write or update the comment");
    const AsyncFunction = Object.getPrototypeOf(commentOn).constructor;
    const script: Script = new AsyncFunction("github", "context", "require", inputs?.script);
    const body = await repository.read("diff.md");
    const context = { repo: { owner: "acme", repo: "plans" }, issue: { number: 1 } };
    await script(comments, context, () => ({ readFileSync: () => body }));
  }

  async function compare(env: Environment = withKey): Promise<void> {
    await writeFile(join(repository.example.directory, "output.txt"), "");
    await repository.runStep("drift", "Compare", {
      GITHUB_OUTPUT: "output.txt",
      GITHUB_STEP_SUMMARY: "summary.txt",
      ...env,
    });
  }
});

describeInFullRun("The other recipes of docs/ci.md", function () {
  this.timeout(severalCommands);
  let repository: Repository;
  let keys: Environment;

  before(async () => {
    repository = await Repository.create();
    const { apiKey } = repository.emulator.live;
    keys = { STRIPE_API_KEY: apiKey, STRIPE_READ_KEY: apiKey, CI_MERGE_REQUEST_DIFF_BASE_SHA: "HEAD" };
  });

  after(() => repository?.emulator.close());

  it("GitLab: apply, diff, preview and drift", async () => {
    const jobs = parse(await block("yaml")) as Readonly<Record<string, { readonly script: readonly string[] }>>;
    const run = async (job: string) => repository.shell((jobs[job] ?? assert.fail(job)).script.join("\n"), keys);
    await run("apply");
    assert.deepEqual(attachedTo(repository.emulator, "prod_LiveTeam"), ["api", "projects"]);
    await run("drift");
    await repository.edit("catalog.ts", '["projects", "api"]', '["projects", "api", "sso"]');
    assert.match(await run("diff"), /gains 1 feature/);
    await run("preview");
    await assert.rejects(run("drift"), { code: 2 });
  });

  it("the shell script: apply, diff, preview and drift", async () => {
    // The package is installed from its tarball, which `npm ci` cannot know.
    const script = (await block("sh")).replace(/^npm ci\n/m, "");
    await writeFile(join(repository.example.directory, "ci.sh"), script);
    const run = (command: string) => repository.shell(`sh ci.sh ${command}`, keys);
    assert.match(await run("diff origin/main"), /gains 1 feature/);
    await run("preview");
    await run("apply");
    assert.deepEqual(attachedTo(repository.emulator, "prod_LiveTeam"), ["api", "projects", "sso"]);
    await run("drift");
  });

  /** Returns the first block of code of this language. */
  async function block(language: string): Promise<string> {
    const text = await readFile(page, "utf8");
    return new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, "ms").exec(text)?.[1] ?? assert.fail(language);
  }
});
