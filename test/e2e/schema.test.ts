import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageSchema } from "../../provider/plugin/package-schema";
import { hermetic, pulumi, severalCommands } from "../support/pulumi";
import { temporaryDirectory } from "../tools/support/tools";

describe("pulumi schema check", function () {
  this.timeout(severalCommands);

  it("accepts the schema of the native provider without a warning", async () => {
    using directory = temporaryDirectory();
    const file = join(directory.path, "schema.json");
    writeFileSync(file, JSON.stringify(packageSchema()));
    const env = hermetic({ PULUMI_HOME: directory.path });
    const { exitCode, output } = await pulumi(directory.path, ["schema", "check", file], env);
    assert.equal(output, "");
    assert.equal(exitCode, 0);
  });
});
