import assert from "node:assert/strict";
import { describeInFullRun } from "../support/full-run";
import { severalCommands } from "../support/pulumi";
import { isWrite, type TestStack, useStack } from "../support/stack";

const withFailures = ["up", "--skip-preview", "--continue-on-error"];

/** Declares a resource of another provider. A change of `key` replaces it. */
const team = (fail: boolean, { name = "team", key = "one" } = {}) => `
const provider = {
  create: async (inputs) => provider.write(inputs),
  update: async (id, olds, news) => provider.write(news),
  diff: async (id, olds, news) => ({ changes: olds.fail !== news.fail, replaces: olds.key === news.key ? [] : ["key"] }),
  write: async (inputs) => {
    if (inputs.fail) throw new Error("the team cannot be changed");
    return { id: "team", outs: inputs };
  },
};
class Team extends pulumi.dynamic.Resource {
  constructor(name, args) { super(provider, name, args); }
}
const team = new Team("${name}", { product: "prod_team", key: "${key}", fail: ${fail} });
const sso = new Feature("sso", { lookupKey: "sso", name: "Single sign-on" });
`;

const attached = `new ProductFeature("team-sso", { product: team.product, entitlementFeature: sso.id });`;
const attachedInApply = `team.product.apply((product) => {
  new ProductFeature("team-sso", { product, entitlementFeature: sso.id });
});`;

/** Runs an `up` in which the other provider's resource fails. */
async function mustFail(stack: TestStack, program: string): Promise<void> {
  await stack.program(program);
  const { exitCode, output } = await stack.run(withFailures);
  assert.notEqual(exitCode, 0, output);
  assert.match(output, /the team cannot be changed/);
}

describe("Failure of another provider with --continue-on-error", function () {
  this.timeout(severalCommands);
  const stack = useStack({ products: ["prod_team"] });

  before(() => stack().up(team(false) + attached));

  it("does not detach an attachment that depends on the failed resource", async () => {
    const state = await stack().objects();
    stack().takeRequests();
    await mustFail(stack(), team(true) + attached);
    assert.deepEqual(stack().takeRequests().filter(isWrite), []);
    assert.deepEqual(await stack().objects(), state);
  });

  it("leaves a stack that the next `up` completes", async () => {
    await stack().up(team(false) + attached);
    assert.deepEqual(stack().attached("prod_team"), ["sso"]);
  });
});

describeInFullRun("Other failures of another provider with --continue-on-error", function () {
  this.timeout(severalCommands);
  const stack = useStack({ products: ["prod_team"] });

  before(() => stack().up(team(false) + attached));

  it("a failed replacement detaches nothing", async () => {
    await mustFail(stack(), team(true, { key: "two" }) + attached);
    assert.deepEqual(stack().attached("prod_team"), ["sso"]);
    await stack().up(team(false, { key: "two" }) + attached);
    assert.deepEqual(stack().attached("prod_team"), ["sso"]);
  });

  it("after a failed rename of the resource, `pulumi state repair` repairs the state", async () => {
    const renamed = { name: "platform-team", key: "two" };
    await mustFail(stack(), team(true, renamed) + attached);
    assert.match((await stack().run(["preview"])).output, /snapshot integrity error/);
    await stack().must(["state", "repair", "--yes"]);
    await stack().up(team(false, renamed) + attached);
    assert.deepEqual(stack().attached("prod_team"), ["sso"]);
    await stack().mustBeInLine();
  });

  it("an attachment declared in `apply` is detached, and attached by the next `up`", async () => {
    await stack().up(team(false) + attachedInApply);
    await mustFail(stack(), team(true) + attachedInApply);
    assert.deepEqual(stack().attached("prod_team"), []);
    await stack().up(team(false) + attachedInApply);
    assert.deepEqual(stack().attached("prod_team"), ["sso"]);
  });
});
