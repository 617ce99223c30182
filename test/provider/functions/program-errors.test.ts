import assert from "node:assert/strict";
import { RunError } from "@pulumi/pulumi";
import { toProgramError } from "../../../provider/functions/program-errors";
import { isEntitlementsError } from "../../../provider/index";
import { EntitlementsError } from "../../../provider/lifecycle/errors";

describe("toProgramError", () => {
  const cause = new Error("inner");
  const error = new EntitlementsError("Product prod_1: Stripe failed: No.", {
    kind: "api",
    hint: "Run the command again.",
    requestId: "req_1",
    cause,
  });

  it("returns an error with all fields, whose message ends with the request id and the hint", () => {
    const shown = toProgramError(error);
    assert.ok(isEntitlementsError(shown));
    const { name, kind, hint, requestId, message } = shown;
    assert.deepEqual(
      { name, kind, hint, requestId },
      { name: "EntitlementsError", kind: "api", hint: "Run the command again.", requestId: "req_1" },
    );
    assert.equal(message, "Product prod_1: Stripe failed: No. (Stripe's request id: req_1)\nRun the command again.");
    assert.equal(shown.cause, cause);
  });

  it("returns an error that Pulumi prints without a stack trace", () => {
    assert.equal(RunError.isInstance(toProgramError(error)), true);
  });

  it("returns the same error for the same one, so that Pulumi prints it once", () => {
    assert.equal(toProgramError(error), toProgramError(error));
  });

  it("returns other errors unchanged", () => {
    const other = new RangeError("Unforeseen.");
    assert.equal(toProgramError(other), other);
  });
});
