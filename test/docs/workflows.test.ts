import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { goTool, goToolTimeoutMs } from "../tools/support/go-tool";
import { checkout } from "../tools/support/tools";

const exec = promisify(execFile);
const workflows = join(checkout, "examples", "github-actions", ".github", "workflows");

/** Checks workflow files. Fails with what is wrong and where. */
async function lint(files: readonly string[]): Promise<void> {
  const actionlint = await goTool("actionlint");
  // Without -shellcheck= and -pyflakes= the result depends on what is installed.
  await exec(actionlint, ["-shellcheck=", "-pyflakes=", "-no-color", ...files]).catch((error) => {
    throw new Error(`actionlint: ${error.stdout || error.stderr || error.message}`);
  });
}

describe("Workflow files of the example", function () {
  this.timeout(goToolTimeoutMs);

  it("have no finding of actionlint", () => lint(readdirSync(workflows).map((name) => join(workflows, name))));
});
