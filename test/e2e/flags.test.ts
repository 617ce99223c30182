import assert from "node:assert/strict";
import { itInFullRun } from "../support/full-run";
import { severalCommands } from "../support/pulumi";
import { isWrite, useStack } from "../support/stack";

const feature = (key: string, name: string) => `new Feature("${key}", { lookupKey: "${key}", name: "${name}" });`;

/** Returns the names of the active features by their lookup keys. */
const namesOf = (stack: ReturnType<ReturnType<typeof useStack>>) =>
  Object.fromEntries(stack.dashboard.features({ archived: false }).map((each) => [each.lookup_key, each.name]));

describe("A flag of the CLI", function () {
  this.timeout(severalCommands);
  const stack = useStack();
  const program = (name: string) => feature("a", name) + feature("b", name);

  before(() => stack().up(program("One")));

  it("`--target` and `--exclude` change only the selected resource", async () => {
    await stack().up(program("Two"), "--target", await stack().urnOf("a"));
    assert.deepEqual(namesOf(stack()), { a: "Two", b: "One" });
    await stack().up(program("Three"), "--exclude", await stack().urnOf("a"));
    assert.deepEqual(namesOf(stack()), { a: "Two", b: "Three" });
  });

  itInFullRun("`--plan` makes `up` fail when the program has changed since `--save-plan`", async () => {
    await stack().program(program("Four"));
    await stack().must(["preview", "--save-plan", "plan.json"]);
    await stack().program(feature("a", "Four"));
    const { exitCode, output } = await stack().run(["up", "--skip-preview", "--plan", "plan.json"]);
    assert.notEqual(exitCode, 0, output);
    assert.match(output, /not allowed by the plan/);
    assert.deepEqual(namesOf(stack()), { a: "Four", b: "Three" });
  });

  it("`refresh --expect-no-changes` ends with exit code 7 after a change by hand", async () => {
    stack().dashboard.renameFeature(await stack().idOf("b"), "By hand");
    stack().takeRequests();
    const { exitCode, output } = await stack().run(["refresh", "--skip-preview", "--expect-no-changes"]);
    assert.equal(exitCode, 7, output);
    assert.deepEqual(stack().takeRequests().filter(isWrite), []);
  });

  it("`state delete` leaves the feature alone, and the next `up` adopts it again", async () => {
    const id = await stack().idOf("b");
    await stack().must(["state", "delete", await stack().urnOf("b"), "--yes"]);
    assert.equal(stack().dashboard.feature(id)?.active, true);
    await stack().up(program("Five"));
    assert.equal(await stack().idOf("b"), id);
  });

  it("`destroy --run-program` archives the features", async () => {
    await stack().must(["destroy", "--skip-preview", "--run-program"]);
    assert.deepEqual(namesOf(stack()), {});
    assert.deepEqual(await stack().objects(), []);
  });
});
