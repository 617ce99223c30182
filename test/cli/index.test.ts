import assert from "node:assert/strict";
import { commands, usage } from "../../cli/commands";
import { Command } from "./command";

describe("stripe-entitlements", () => {
  it("lists every command in its usage", () => {
    for (const [name, { summary }] of Object.entries(commands)) {
      assert.match(usage, new RegExp(`^  ${name} +${summary}$`, "m"));
    }
  });

  it("prints its version and its usage", async () => {
    const [version, help] = await Promise.all([["--version"], ["--help"]].map((args) => new Command(args).ended()));
    assert.match(version?.stdout ?? "", /^\d+\.\d+\.\d+\n$/);
    assert.deepEqual(help, { code: 0, stdout: usage, stderr: "" });
  });

  it("fails without a command and with an unknown one", async () => {
    const [none, unknown] = await Promise.all([[], ["fly"]].map((args) => new Command(args).ended()));
    assert.deepEqual(none, {
      code: 1,
      stdout: "",
      stderr: `stripe-entitlements: No command was given.\n\n${usage}`,
    });
    assert.equal(unknown?.code, 1);
    assert.match(unknown?.stderr ?? "", /^stripe-entitlements: There is no command "fly"\.\n\nUsage: /);
  });
});
