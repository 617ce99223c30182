import assert from "node:assert/strict";
import { itInFullRun } from "../support/full-run";
import { severalCommands } from "../support/pulumi";
import { useStack } from "../support/stack";
import { assertNothingActive, products, unorderedProgram, watchArchives } from "../support/unordered-deletes";

const size = 50;

describe("`destroy --parallel 1` of features and attachments without an order", function () {
  this.timeout(severalCommands);
  const stack = useStack({ products });
  const destroy = ["destroy", "--skip-preview", "--parallel", "1"];

  itInFullRun(`deletes ${size} features and ${size} attachments with --continue-on-error`, async () => {
    const assertNoneTooEarly = watchArchives(stack());
    await stack().up(unorderedProgram(stack(), { features: size, attachments: size }));
    const { exitCode, output } = await stack().run(destroy);
    // The engine deletes in a random order, so some feature comes before its attachment.
    assert.notEqual(exitCode, 0, output);
    assert.match(output, /run the command again with `?--continue-on-error/);
    // In this run, features that come before their attachments still fail.
    await stack().run([...destroy, "--continue-on-error"]);
    assert.deepEqual(
      products.flatMap((product) => stack().attached(product)),
      [],
    );
    await stack().must([...destroy, "--continue-on-error"]);
    await assertNothingActive(stack());
    assertNoneTooEarly();
  });
});
