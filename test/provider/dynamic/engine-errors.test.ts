import assert from "node:assert/strict";
import { inspect } from "node:util";
import { runEngineCall } from "../../../provider/dynamic/engine-errors";
import { EntitlementsError, PartialUpdateError } from "../../../provider/lifecycle/errors";
import { rejection } from "../../support/rejection";

const failure = new EntitlementsError('Feature "sso": Stripe refused the request: No.', {
  hint: "Change the declaration.",
  requestId: "req_1",
  cause: new Error("inner"),
});

const failing = (error: unknown, updated?: { id: string; provider: unknown }) =>
  rejection(
    runEngineCall(() => {
      throw error;
    }, updated),
  );

describe("An answer to the engine", () => {
  it("holds nothing undefined, at any depth", async () => {
    const result = await runEngineCall(() => ({ a: undefined, b: { c: undefined, d: [{ e: undefined, f: null }] } }));
    assert.deepEqual(Object.keys(result), ["b"]);
    assert.deepEqual(result, { b: { d: [{ f: null }] } });
  });

  it("may be nothing at all", async () => assert.equal(await runEngineCall(() => undefined), undefined));

  it("is the same object's content for a promise", async () => {
    assert.deepEqual(await runEngineCall(async () => ({ outs: { lookupKey: "sso" } })), { outs: { lookupKey: "sso" } });
  });
});

describe("An error to the engine", () => {
  it("says what, on which object, under which request, and what to do", async () => {
    const { message } = await failing(failure);
    assert.equal(
      message,
      `Feature "sso": Stripe refused the request: No. (Stripe's request id: req_1)\nChange the declaration.`,
    );
  });

  it("says no more than there is", async () => {
    assert.equal((await failing(new EntitlementsError("No."))).message, "No.");
  });

  it("shows no stack, and its message once", async () => {
    const error = await failing(failure);
    const shown = `${error}: ${error.stack}`;
    assert.doesNotMatch(shown, /\n\s+at /);
    assert(!shown.includes("No."), shown);
    assert(shown.startsWith('Feature "sso"'), shown);
  });

  it("of an update that was done in part lets the engine keep the part, and run the provider again", async () => {
    const partial = new PartialUpdateError({ lookupKey: "sso", name: "SSO", account: undefined }, failure);
    const error = await failing(partial, { id: "feat_1", provider: "code" });
    assert.match(error.message, /^Feature "sso": Stripe refused/);
    const { id, reasons, properties } = error as Error & Record<string, unknown>;
    assert.equal(id, "feat_1");
    assert.deepEqual(reasons, [error.message]);
    assert.deepEqual(properties, { lookupKey: "sso", name: "SSO", __provider: "code" });
    assert(!("account" in (properties as object)));
  });

  it("that nobody foresaw keeps its stack, for a report", async () => {
    const error = new RangeError("Unforeseen.");
    assert.equal(await failing(error), error);
    assert.match(inspect(error), /\n\s+at /);
  });
});
