import assert from "node:assert/strict";
import {
  type ConfigurationPlace,
  explicitProvider,
  stackConfiguration,
} from "../../../provider/lifecycle/configuration-place";
import { toUserError, waitText } from "../../../provider/lifecycle/errors";
import {
  type RequestEffort,
  StripeError,
  type StripeErrorFields,
  type StripeErrorKind,
} from "../../../provider/stripe/errors";

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

describe("The hint of a failed request", () => {
  const hintAt = (place: ConfigurationPlace, kind: StripeErrorKind, effort?: RequestEffort) => {
    const error = new StripeError("No.", { kind, route: "GET /" });
    if (effort !== undefined) error.effort = effort;
    return toUserError("Feature", error, place).hint ?? "";
  };
  const eu = explicitProvider("eu");
  const ofEu = 'of the provider "eu"';
  const unsent = { attempts: 3, elapsed: 0, isSent: false };

  for (const [kind, settings] of [
    ["rateLimit", [`maxRequestsPerSecond ${ofEu}`, `maxRetries ${ofEu}`]],
    ["lockTimeout", [`maxRetries ${ofEu}`]],
    ["api", [`raise maxRetries and requestTimeout ${ofEu} (seconds)`]],
    ["connection", [`apiBase ${ofEu}`, `raise maxRetries and requestTimeout ${ofEu} (seconds)`]],
    ["unexpectedAnswer", [`apiBase ${ofEu}`]],
    ["authentication", ['Set a valid key as the apiKey of the provider "eu"']],
  ] as const) {
    it(`names the settings of an explicit provider after an error of kind ${kind}`, () => {
      for (const setting of settings) assert.ok(hintAt(eu, kind).includes(setting), hintAt(eu, kind));
      assert.ok(!hintAt(eu, kind).includes("stripe-entitlements:"));
      assert.ok(hintAt(stackConfiguration, kind).includes("stripe-entitlements:"));
    });
  }

  it("names the place of the address of a request that was not sent", () => {
    assert.match(hintAt(eu, "connection", unsent), /apiBase of the provider "eu"\. The request was not sent/);
    const inStack = hintAt(stackConfiguration, "connection", unsent);
    assert.match(inStack, /stripe-entitlements:maxRetries and stripe-entitlements:requestTimeout \(seconds\)/);
  });
});
