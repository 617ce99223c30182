import assert from "node:assert/strict";
import { severalCommands } from "../support/pulumi";
import { useStack } from "../support/stack";

describe("A stack trace", function () {
  this.timeout(severalCommands);
  const stack = useStack();

  it("leads from a registration that the engine rejects to the line of the program", async () => {
    await stack().program(`
const transforms = [() => { throw new Error("no such team"); }];
new Feature("sso", { lookupKey: "sso", name: "Single sign-on" }, { transforms });
`);
    const { exitCode, output } = await stack().run(["preview"]);
    assert.notEqual(exitCode, 0, output);
    assert.match(output, /failed to register new resource sso .*no such team/);
    assert.match(output, /at .*index\.[jt]s:\d+:1\)?\n/);
  });
});
