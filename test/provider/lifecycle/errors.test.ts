import assert from "node:assert/strict";
import { waitText } from "../../../provider/lifecycle/errors";
import { StripeError, type StripeErrorFields } from "../../../provider/stripe/errors";

describe("waitText", () => {
  const caused = (error: object): Partial<StripeErrorFields> => ({ kind: "connection", cause: error });
  const codeOf = (code: string) => caused(Object.assign(new Error("No."), { code }));
  for (const [fields, expected] of [
    [codeOf("ECONNREFUSED"), "Stripe cannot be reached (ECONNREFUSED), retrying"],
    [codeOf("ENOTFOUND"), "Stripe cannot be reached (ENOTFOUND), retrying"],
    [caused(new DOMException("No.", "TimeoutError")), "Stripe cannot be reached (no answer), retrying"],
    [{ kind: "rateLimit", status: 429 }, "Stripe's rate limit is exceeded (429), retrying"],
    [{ kind: "lockTimeout", status: 429 }, "Another request kept the object locked (429), retrying"],
    [{ kind: "api", status: 503 }, "Stripe failed (503), retrying"],
  ] as const) {
    it(`returns "${expected}"`, () => {
      assert.equal(waitText(new StripeError("No.", { kind: "api", route: "GET /", ...fields })), expected);
    });
  }

  it("says that there is no answer before the first one", () => {
    assert.equal(waitText(undefined), "Stripe has not answered for more than 5 s, still waiting");
  });
});
