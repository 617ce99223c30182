import assert from "node:assert/strict";
import type { ResourceTransformation } from "@pulumi/pulumi";
import { Feature, ProductFeature } from "../../../provider/index";
import { run } from "../../support/mocked-program";

const sso = { lookupKey: "sso", name: "Single sign-on" };
const thisFile = /stack-traces\.test\.ts/;

describe("Stack traces", () => {
  const prepareStackTrace = Error.prepareStackTrace;
  afterEach(() => {
    Error.prepareStackTrace = prepareStackTrace;
    delete process.env["PULUMI_DEBUG_PROMISE_LEAKS"];
  });

  /** Counts the stack traces that are formatted while `declare` runs. */
  function countFormatted(declare: () => unknown): number {
    let count = 0;
    Error.prepareStackTrace = (error, frames) => {
      count += 1;
      return prepareStackTrace?.(error, frames);
    };
    declare();
    return count;
  }

  it("are formatted once for each resource, for its place in the program", async () => {
    await run(() => {
      assert.equal(
        countFormatted(() => new Feature("sso", sso)),
        1,
      );
      const attachment = { product: "prod_team", entitlementFeature: "feat_1" };
      assert.equal(
        countFormatted(() => new ProductFeature("team-sso", attachment)),
        1,
      );
    });
  });

  it("are formatted for each promise of the SDK with PULUMI_DEBUG_PROMISE_LEAKS", async () => {
    process.env["PULUMI_DEBUG_PROMISE_LEAKS"] = "1";
    await run(() => assert.ok(countFormatted(() => new Feature("sso", sso)) > 20));
  });

  it("are as before once a resource is declared", async () => {
    await run(() => {
      const before = { ...Error, limit: Error.stackTraceLimit, format: Error.prepareStackTrace };
      new Feature("sso", sso);
      assert.deepEqual({ ...Error, limit: Error.stackTraceLimit, format: Error.prepareStackTrace }, before);
      assert.match(new Error("later").stack ?? "", thisFile);
    });
  });

  it("are as before after the SDK rejects a declaration", async () => {
    await run(() => {
      const error = caught(() => new Feature("", sso));
      assert.match(error.message, /Missing resource name/);
      assert.equal(Error.prepareStackTrace, prepareStackTrace);
    });
  });

  it("name the program in an error that a property throws inside the constructor", async () => {
    const metadata = {
      get team(): string {
        throw new Error("no team");
      },
    };
    await run(() => {
      const error = caught(() => new Feature("sso", { ...sso, metadata }));
      assert.match(error.stack ?? "", /Error: no team\n/);
      assert.match(error.stack ?? "", thisFile);
    });
  });

  it("are complete in a transformation, of the resource or of a parent", async () => {
    const stacks: (string | undefined)[] = [];
    const transformation: ResourceTransformation = () => void stacks.push(new Error("here").stack);
    await run(() => {
      const parent = new Feature("sso", sso, { transformations: [transformation] });
      new Feature("child", { ...sso, lookupKey: "child" }, { parent });
    });
    assert.equal(stacks.length, 2);
    for (const stack of stacks) assert.match(stack ?? "", thisFile);
  });
});

function caught(action: () => unknown): Error {
  try {
    action();
  } catch (error) {
    return error instanceof Error ? error : assert.fail(String(error));
  }
  return assert.fail("nothing was thrown");
}
