import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { printDetail, printResult } from "./screen";
import type { DemoStack } from "./stack";

const commandLine = join(__dirname, "..", "..", "dist", "cli", "index.js");

/** Shows what a comment at a pull request would say about the drift. */
export function diffStep(stack: DemoStack) {
  return {
    title: "`stripe-entitlements diff` says the same as Markdown, for people who do not read the preview.",
    async run() {
      const preview = await stack.pulumi(["preview", "--refresh", "--json", "--show-sames"], { quiet: true });
      console.log("$ pulumi preview --refresh --json --show-sames | stripe-entitlements diff --preview -");
      const args = [commandLine, "diff", "--preview", "-"];
      const markdown = execFileSync(process.execPath, args, { input: preview, encoding: "utf8" });
      printDetail(markdown);
      printResult(markdown.split("\n")[2] ?? "");
      assert.match(markdown, /gains 1 feature, 1 feature is created again, 1 feature has another name/);
    },
  };
}
