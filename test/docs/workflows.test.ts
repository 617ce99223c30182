import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { parse } from "yaml";
import { rejection } from "../support/rejection";
import { goTool, goToolTimeoutMs } from "../tools/support/go-tool";
import { checkout, temporaryDirectory } from "../tools/support/tools";
import { zizmor } from "../tools/support/zizmor";

const exec = promisify(execFile);
const example = join(checkout, "examples", "github-actions");
const exampleConfig = join(checkout, "tools", "zizmor", "example.yml");

/** Runs a linter. Fails with what is wrong and where. */
async function run(linter: string, args: readonly string[]): Promise<void> {
  await exec(linter, args).catch((error) => {
    throw new Error(`${linter}: ${error.stdout || error.stderr || error.message}`);
  });
}

/** Checks the syntax of the workflows in the folder `.github` of a directory. */
async function actionlint(directory: string): Promise<void> {
  const workflows = join(directory, ".github", "workflows");
  const files = readdirSync(workflows).map((name) => join(workflows, name));
  // Without -shellcheck= and -pyflakes= the result depends on what is installed.
  await run(await goTool("actionlint"), ["-shellcheck=", "-pyflakes=", "-no-color", ...files]);
}

/** Checks the security of everything in the folder `.github` of a directory. */
async function checkSecurity(directory: string, options: readonly string[] = []): Promise<void> {
  const common = ["--offline", "--quiet", "--no-progress", "--strict-collection", "--color=never"];
  await run(await zizmor(), [...common, ...options, join(directory, ".github")]);
}

describe("Workflow files", function () {
  this.timeout(goToolTimeoutMs);

  it("of the example have no finding of actionlint", () => actionlint(example));

  it("of the example have no finding of zizmor", () => checkSecurity(example, ["--config", exampleConfig]));

  it("of this repository have no finding of actionlint", () => actionlint(checkout));

  it("of this repository, and its Dependabot file, have no finding of zizmor", () => checkSecurity(checkout));

  it("cannot be checked without zizmor and Python, and the error says how to get them", async () => {
    using directory = temporaryDirectory();
    const { path } = directory;
    const error = await rejection(zizmor({ cache: path, env: { PATH: path } }));
    assert.match(String(error), /^zizmor needs `python3`, which is not on PATH\.\nPut `zizmor` on PATH \(https:/);
  });
});

interface Form {
  readonly name: string;
  readonly description: string;
  readonly body: readonly { readonly type: string; readonly id?: string; readonly attributes: object }[];
}

describe("Issue forms", () => {
  const folder = join(checkout, ".github", "ISSUE_TEMPLATE");
  const forms = readdirSync(folder).filter((name) => name !== "config.yml");

  // GitHub hides a form with a mistake.
  // https://docs.github.com/en/communities/using-templates-to-encourage-useful-issues-and-pull-requests/syntax-for-githubs-form-schema
  for (const name of forms) {
    it(`of the file ${name} have a name, a description, and fields with ids of their own`, () => {
      const form: Form = parse(readFileSync(join(folder, name), "utf8"));
      assert.ok(form.name && form.description);
      const fields = form.body.filter(({ type }) => type !== "markdown");
      for (const { type, attributes } of fields) {
        assert.ok(["input", "textarea", "dropdown", "checkboxes"].includes(type), type);
        assert.ok("label" in attributes);
      }
      const ids = new Set(fields.map(({ id }) => id));
      assert.equal(ids.size, fields.length);
    });
  }
});
