import assert from "node:assert/strict";
import { itInFullRun } from "../support/full-run";
import { type Outcome, severalCommands } from "../support/pulumi";
import { useStack } from "../support/stack";

/** Returns a program whose features depend on each other, so the engine keeps their order. */
const program = (...keys: readonly string[]) =>
  `let previous = [];${keys
    .map(
      (key) => `previous = [new Feature("${key}", { lookupKey: "${key}", name: "${key}" }, { dependsOn: previous })];`,
    )
    .join("\n")}`;

/** Returns what the lines "Creating in …" name. The CLI repeats all lines at its end. */
function placesIn({ output }: Outcome) {
  const lines = output.split("Diagnostics:").at(-1) ?? "";
  return [...lines.matchAll(/Creating in (\S+, \w+ mode)\./g)].map(([, place]) => place);
}

describe("A run whose key cannot be compared with the stack", function () {
  this.timeout(severalCommands);
  const stack = useStack();
  const up = ["up", "--skip-preview"];
  const liveKey = () => ({ STRIPE_API_KEY: stack().emulator.live.apiKey });

  it("says once where the first `up` creates, also in its preview, and nothing in later runs", async () => {
    await stack().program(program("a", "b"));
    const { account } = stack().emulator.sandbox;
    assert.deepEqual(placesIn(await stack().must(["preview"])), [`${account}, test mode`]);
    assert.deepEqual(placesIn(await stack().must(up)), [`${account}, test mode`]);
    assert.deepEqual(placesIn(await stack().up(program("a", "b", "c"))), []);
  });

  it("says that `up --target` with a live key creates in live mode", async () => {
    await stack().program(program("a", "b", "c", "new"));
    const outcome = await stack().must([...up, "--target", "**new"], liveKey());
    assert.deepEqual(placesIn(outcome), [`${stack().emulator.live.account}, live mode`]);
    assert.equal(stack().emulator.live.dashboard.features().length, 1);
  });

  itInFullRun("then names the resources of both modes and the way out, which works", async () => {
    const { exitCode, output } = await stack().run(up);
    assert.notEqual(exitCode, 0, output);
    assert.match(output, /The state has both: Feature "a" .* in test mode, Feature "new" .* in live mode/);
    assert.match(output, /pulumi state delete <urn>/);
    const urn = (await stack().objects()).find(({ urn }) => urn.endsWith("::new"))?.urn ?? "";
    await stack().must(["destroy", "--skip-preview", "--target", urn], liveKey());
    assert.deepEqual(stack().emulator.live.dashboard.features({ archived: false }), []);
    await stack().must(up);
    assert.equal(stack().dashboard.features({ archived: false }).length, 4);
  });

  itInFullRun("rejects the key where account and mode are configured", async () => {
    const { account } = stack().emulator.sandbox;
    await stack().must(["config", "set", "stripe-entitlements:account", account]);
    await stack().must(["config", "set", "stripe-entitlements:mode", "test"]);
    await stack().program(program("a", "b", "c", "new", "newer"));
    const { exitCode, output } = await stack().run([...up, "--target", "**newer"], liveKey());
    assert.notEqual(exitCode, 0, output);
    assert.match(output, /belongs to live mode, but the configuration says test mode/);
    assert.deepEqual(stack().emulator.live.dashboard.features({ archived: false }), []);
    assert.deepEqual(placesIn(await stack().must([...up, "--target", "**newer"])), []);
  });
});
