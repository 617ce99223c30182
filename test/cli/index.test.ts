import assert from "node:assert/strict";
import { Command } from "./command";
import { runCli } from "./run-cli";

const commands = ["init", "diff", "emulator"];

describe("stripe-entitlements", () => {
  it("prints its version and its commands in a process of its own", async () => {
    const [version, help] = await Promise.all([["--version"], ["--help"]].map((args) => new Command(args).ended()));
    assert.match(version?.stdout ?? "", /^\d+\.\d+\.\d+\n$/);
    assert.deepEqual([help?.code, help?.stderr], [0, ""]);
    for (const command of commands) assert.match(help?.stdout ?? "", new RegExp(`^ {2}${command} `, "m"));
  });

  for (const command of commands) {
    it(`shows the options of ${command} and an example`, async () => {
      const { code, stdout, stderr } = await runCli([command, "--help"]);
      assert.deepEqual([code, stderr], [0, ""]);
      assert.match(stdout, new RegExp(`^Usage: stripe-entitlements ${command} \\[options\\]\n`));
      assert.match(stdout, new RegExp(`^Examples?:\n.*stripe-entitlements ${command}`, "m"));
      assert.match(stdout, /-h, --help +show this text/);
    });
  }

  it("fails without a command, with an unknown one, and with an unknown option", async () => {
    const none = await runCli([]);
    assert.deepEqual([none.code, none.stdout], [1, ""]);
    assert.match(none.stderr, /^Usage: stripe-entitlements /);
    const unknown = await runCli(["inti"]);
    assert.deepEqual([unknown.code, unknown.stdout], [1, ""]);
    assert.match(unknown.stderr, /^stripe-entitlements: unknown command 'inti'\n\(Did you mean init\?\)\n/);
    const option = await runCli(["init", "--outt", "."]);
    assert.deepEqual([option.code, option.stdout], [1, ""]);
    assert.match(option.stderr, /^stripe-entitlements: unknown option '--outt'\n\(Did you mean --out\?\)\n/);
  });

  it("never takes a key as an argument, and does not repeat one", async () => {
    for (const args of [["--api-key", "sk_test_secret"], ["--api-key=sk_test_secret"], ["sk_test_secret"]]) {
      const { code, stdout, stderr } = await runCli(["init", ...args]);
      assert.deepEqual([code, stdout], [1, ""]);
      assert.doesNotMatch(stderr, /secret/);
    }
  });

  it("writes no colors where no terminal is", async () => {
    const { stdout } = await runCli(["--help"]);
    assert.ok(!stdout.includes("\u001b"));
  });
});
