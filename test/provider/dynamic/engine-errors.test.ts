import assert from "node:assert/strict";
import { inspect } from "node:util";
import { runEngineCall } from "../../../provider/dynamic/engine-errors";
import { EntitlementsError, PartialUpdateError } from "../../../provider/lifecycle/errors";
import { rejection } from "../../support/rejection";

const failure = new EntitlementsError('Feature (lookup key "sso"): Stripe rejected the request: No.', {
  kind: "invalidRequest",
  hint: "Change the declaration.",
  requestId: "req_1",
  cause: new Error("inner"),
});

/** Returns the error that the engine gets for `error`. */
const engineError = (error: unknown, updated?: { id: string; provider: unknown }) =>
  rejection(
    runEngineCall(() => {
      throw error;
    }, updated),
  );

describe("runEngineCall", () => {
  it("returns a result without undefined values, at any depth", async () => {
    const result = await runEngineCall(() => ({ a: undefined, b: { c: undefined, d: [{ e: undefined, f: null }] } }));
    assert.deepEqual(Object.keys(result), ["b"]);
    assert.deepEqual(result, { b: { d: [{ f: null }] } });
  });

  it("returns undefined for a call without a result", async () => {
    assert.equal(await runEngineCall(() => undefined), undefined);
  });

  it("returns the result of a promise", async () => {
    assert.deepEqual(await runEngineCall(async () => ({ outs: { lookupKey: "sso" } })), { outs: { lookupKey: "sso" } });
  });

  it("rejects with the message, the request id and the hint", async () => {
    assert.equal(
      (await engineError(failure)).message,
      `Feature (lookup key "sso"): Stripe rejected the request: No. (Stripe's request id: req_1)\nChange the declaration.`,
    );
  });

  it("rejects with the message alone when the error has no request id and no hint", async () => {
    assert.equal((await engineError(new EntitlementsError("No.", { kind: "configuration" }))).message, "No.");
  });

  it("rejects with an error without a stack, whose second report by the SDK is left out", async () => {
    const error = await engineError(failure);
    assert.doesNotMatch(error.stack ?? "", /\n\s+at /);
    const printed: string[] = [];
    const { write } = process.stderr;
    process.stderr.write = (text: string | Uint8Array) => printed.push(String(text)) > 0;
    try {
      console.error(`${error}: ${error.stack}`);
      console.error("another line");
    } finally {
      process.stderr.write = write;
    }
    assert.deepEqual(printed, ["another line\n"]);
  });

  it("lets the engine store a partial update, with the provider's code", async () => {
    const partial = new PartialUpdateError({ lookupKey: "sso", name: "SSO", account: undefined }, failure);
    const error = await engineError(partial, { id: "feat_1", provider: "code" });
    assert.match(error.message, /^Feature \(lookup key "sso"\): Stripe rejected/);
    const { id, reasons, properties } = error as Error & Record<string, unknown>;
    assert.equal(id, "feat_1");
    assert.deepEqual(reasons, [error.message]);
    assert.deepEqual(properties, { lookupKey: "sso", name: "SSO", __provider: "code" });
    assert.ok(!("account" in (properties as object)));
  });

  it("rejects with an unexpected error unchanged, with its stack", async () => {
    const error = new RangeError("Unforeseen.");
    assert.equal(await engineError(error), error);
    assert.match(inspect(error), /\n\s+at /);
  });
});
