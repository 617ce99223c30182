import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { Command } from "../command";
import { catalogText, Repository } from "./repository";

describe("stripe-entitlements diff, interrupted", function () {
  // Each run compiles the sources again.
  this.timeout(90_000);

  it("removes the files of the base at Ctrl-C", async () => {
    using repository = new Repository();
    const { folder, temporary } = repository;
    repository.write("catalog.mts", "await new Promise((resolve) => setTimeout(resolve, 60_000));");
    repository.commit();
    repository.write("catalog.mts", catalogText("sso"));
    const args = ["diff", "--catalog", `${folder}/catalog.mts`, "--base", "HEAD"];
    await using command = new Command(args, `TMPDIR='${temporary}'; export TMPDIR`);
    // The tree is complete when the command has started to load the catalog.
    while (!command.stderr.includes("Reading") || readdirSync(temporary).length === 0) await setTimeout(50);
    const { code, stdout } = await command.end("SIGINT");
    assert.deepEqual([code, stdout, readdirSync(temporary)], [130, "", []]);
  });
});
