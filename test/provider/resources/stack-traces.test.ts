import assert from "node:assert/strict";
import type { ResourceTransformation } from "@pulumi/pulumi";
import * as debuggableModule from "@pulumi/pulumi/runtime/debuggable";
import { Feature, ProductFeature } from "../../../provider/index";
import { run } from "../../support/mocked-program";

const sso = { lookupKey: "sso", name: "Single sign-on" };
const thisFile = /stack-traces\.test\.ts/;
/** The SDK does not declare the function in its types. */
type Debuggable = { debuggablePromise: (promise: unknown) => unknown };
const debuggable = debuggableModule as Debuggable;

describe("Stack traces", () => {
  const prepareStackTrace = Error.prepareStackTrace;
  const { debuggablePromise: ofProcess } = debuggable;
  // Other tests of this process have replaced the function.
  const { debuggablePromise } = loadAgain<Debuggable>("@pulumi/pulumi/runtime/debuggable");
  let formatted: number;

  beforeEach(() => {
    formatted = 0;
    debuggable.debuggablePromise = debuggablePromise;
    Error.prepareStackTrace = (error, frames) => {
      if (frames.length > 0) formatted += 1;
      return prepareStackTrace?.(error, frames);
    };
  });
  afterEach(() => {
    Error.prepareStackTrace = prepareStackTrace;
    debuggable.debuggablePromise = ofProcess;
    delete process.env["PULUMI_DEBUG_PROMISE_LEAKS"];
  });

  /** Declares three features and their attachments, each at the same place of the program. */
  async function declareThree(): Promise<void> {
    await run(() => {
      for (const lookupKey of ["sso", "audit-log", "scim"]) {
        const { id } = new Feature(lookupKey, { ...sso, lookupKey });
        new ProductFeature(lookupKey, { product: "prod_team", entitlementFeature: id });
      }
    });
  }

  it("are not formatted for the SDK's promises, and once for each place in the program", async () => {
    await declareThree();
    const frames = formatted;
    assert.ok(frames < 15, `${frames} stack traces`);
    await declareThree();
    // The resource of the stack has a place of its own in each run.
    assert.ok(formatted - frames < 5, `${formatted - frames} stack traces`);
  });

  it("are formatted for each promise of the SDK with PULUMI_DEBUG_PROMISE_LEAKS", async () => {
    process.env["PULUMI_DEBUG_PROMISE_LEAKS"] = "1";
    await declareThree();
    assert.ok(formatted > 150, `${formatted} stack traces`);
  });

  it("are those of before in an error of the program, at the same limit", async () => {
    const { stackTraceLimit } = Error;
    await run(() => {
      const error = () => new Error("here").stack?.replace(/:\d+:\d+/g, "");
      const before = error();
      new Feature("sso", sso);
      assert.equal(error(), before);
      assert.match(before ?? "", thisFile);
      assert.equal(Error.stackTraceLimit, stackTraceLimit);
    });
  });

  it("are complete in an error that the SDK or a property throws inside the constructor", async () => {
    const metadata = {
      get team(): string {
        throw new Error("no team");
      },
    };
    await run(() => {
      const ofSdk = caught(() => new Feature("", sso));
      assert.match(ofSdk.message, /Missing resource name/);
      assert.match(ofSdk.stack ?? "", thisFile);
      const ofProperty = caught(() => new Feature("scim", { ...sso, lookupKey: "scim", metadata }));
      assert.match(ofProperty.stack ?? "", /Error: no team\n/);
      assert.match(ofProperty.stack ?? "", thisFile);
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

  it("are complete in another error of the SDK's function for promises", async () => {
    await run(() => {
      new Feature("sso", sso);
      assert.match(caught(() => debuggable.debuggablePromise(undefined)).stack ?? "", thisFile);
    });
  });

  it("are replaced once, also by another copy of the package", async () => {
    await run(() => {
      new Feature("sso", sso);
      const { prepareStackTrace: own } = Error;
      const copy = loadAgain<typeof import("../../../provider/resources/stack-traces")>(
        require.resolve("../../../provider/resources/stack-traces"),
      );
      const { debuggablePromise: ownPromise } = debuggable;
      copy.skipPromiseTraces();
      assert.equal(Error.prepareStackTrace, own);
      assert.equal(debuggable.debuggablePromise, ownPromise);
      assert.notEqual(ownPromise, debuggablePromise);
    });
  });

  it("stay as they are where the SDK's exports are read-only", async () => {
    const { configurable } = Object.getOwnPropertyDescriptor(debuggable, "debuggablePromise") ?? {};
    assert.ok(configurable);
    Object.defineProperty(debuggable, "debuggablePromise", { writable: false });
    try {
      await run(() => new Feature("sso", sso));
      assert.equal(debuggable.debuggablePromise, debuggablePromise);
    } finally {
      Object.defineProperty(debuggable, "debuggablePromise", { writable: true });
    }
  });

  it("keep the formatter that the program sets later", async () => {
    await run(() => {
      new Feature("sso", sso);
      Error.prepareStackTrace = (_, frames) => frames.map(String);
      new Feature("audit-log", { ...sso, lookupKey: "audit-log" });
      assert.ok(Array.isArray(new Error("here").stack));
    });
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

/** Returns a second copy of a module. */
function loadAgain<Module>(name: string): Module {
  const path = require.resolve(name);
  const known = require.cache[path];
  delete require.cache[path];
  const copy: Module = require(path);
  require.cache[path] = known;
  return copy;
}
