import assert from "node:assert/strict";
import { isRefusal, isStripeError, StripeError, type StripeErrorKind } from "../../../provider/stripe/errors";
import { apiPath } from "../../../provider/stripe/path";
import type { ServedResponse } from "../../support/http-server";
import { stripeRejection } from "../../support/rejection";
import { clientOf, quickRetries, setup, setupServer } from "../../support/stripe-client";
import { anyObject, errorBody } from "../../support/stripe-objects";

const feature = apiPath`/v1/entitlements/features/${"feat_1"}`;

/** Returns the error of a client that receives the response and does not retry. */
async function errorOf(response: ServedResponse): Promise<StripeError> {
  await using env = await setupServer(() => response, { retry: quickRetries(0) });
  return await stripeRejection(env.client.get(feature, anyObject));
}

interface Situation {
  readonly status: number;
  readonly error: Readonly<Record<string, unknown>>;
  readonly kind: StripeErrorKind;
}

const wrongMode =
  "No such entitlements.feature: 'feat_1'; a similar object exists in live mode, but a test mode key was used to make this request.";

const situations: Readonly<Record<string, Situation>> = {
  "a missing object": {
    status: 404,
    error: { code: "resource_missing", message: "No such entitlements.feature: 'feat_1'", param: "id" },
    kind: "missing",
  },
  "a missing object in a parameter": {
    status: 400,
    error: { code: "resource_missing", message: "No such product: 'prod_1'", param: "product" },
    kind: "missing",
  },
  "a 404 without a code": { status: 404, error: { message: "Unrecognized request URL" }, kind: "missing" },
  "an object of the other mode": {
    status: 404,
    error: { code: "resource_missing", message: wrongMode, param: "id" },
    kind: "wrongMode",
  },
  "an object of the other mode in a parameter": {
    status: 400,
    error: { code: "resource_missing", message: wrongMode, param: "entitlement_feature" },
    kind: "wrongMode",
  },
  "a test-mode object for a live key": {
    status: 404,
    error: {
      code: "resource_missing",
      message:
        "No such x: 'y'; a similar object exists in test mode, but a live mode key was used to make this request.",
    },
    kind: "wrongMode",
  },
  "a taken lookup key": {
    status: 400,
    error: { message: "A feature already uses that lookup key.", param: "lookup_key" },
    kind: "invalidRequest",
  },
  "a conflict with another status": { status: 422, error: { message: "Already attached." }, kind: "invalidRequest" },
  "an expired key": {
    status: 401,
    error: { code: "api_key_expired", message: "Expired API Key provided" },
    kind: "authentication",
  },
  "an invalid key": { status: 401, error: { message: "Invalid API Key provided" }, kind: "authentication" },
  "a missing permission": {
    status: 403,
    error: { message: 'Enabling "Entitlements Write" permissions on this key would allow this request to continue.' },
    kind: "permission",
  },
  "no access to the account": {
    status: 403,
    error: { code: "account_invalid", message: "The key does not have access to account acct_1" },
    kind: "permission",
  },
  "a rate limit": {
    status: 429,
    error: { code: "rate_limit", message: "Testmode request rate limit exceeded, see the docs." },
    kind: "rateLimit",
  },
  "a rate limit without a code": { status: 429, error: { message: "Request rate limit exceeded." }, kind: "rateLimit" },
  "a locked object": {
    status: 429,
    error: { code: "lock_timeout", message: "This object cannot be accessed right now" },
    kind: "lockTimeout",
  },
  "an idempotency key reused with other parameters": {
    status: 400,
    error: {
      type: "idempotency_error",
      message: "Keys for idempotent requests can only be used with the same parameters",
    },
    kind: "idempotency",
  },
  "an idempotency key in use": {
    status: 409,
    error: { code: "idempotency_key_in_use", message: "There is currently another in-progress request" },
    kind: "idempotency",
  },
  "another conflict": { status: 409, error: { message: "Conflict" }, kind: "api" },
  "a failed dependency": { status: 424, error: { type: "api_error", message: "External" }, kind: "api" },
  "a failure of Stripe": {
    status: 500,
    error: { type: "api_error", message: "An unknown error occurred" },
    kind: "api",
  },
  "Stripe out of service": { status: 503, error: { type: "api_error", message: "Down" }, kind: "api" },
};

describe("StripeError", () => {
  for (const [name, { status, error, kind }] of Object.entries(situations)) {
    it(`has the kind ${kind} for ${name} (${status})`, async () => {
      const thrown = await errorOf({ status, body: errorBody(error), headers: { "request-id": "req_42" } });
      const { type = "invalid_request_error", code, message, param } = error;
      assert.deepEqual(
        {
          kind: thrown.kind,
          status: thrown.status,
          type: thrown.type,
          code: thrown.code,
          message: thrown.message,
          param: thrown.param,
          requestId: thrown.requestId,
          route: thrown.route,
        },
        { kind, status, type, code, message, param, requestId: "req_42", route: "GET /v1/entitlements/features/:id" },
      );
    });
  }

  it("needs only the status of a response", async () => {
    const error = await errorOf({ status: 400, body: { error: {} } });
    assert.equal(error.kind, "invalidRequest");
    assert.match(error.message, /HTTP 400/);
  });

  it("treats null in Stripe's error object as undefined", async () => {
    const error = await errorOf({ status: 404, body: errorBody({ code: null, message: null, param: null }) });
    assert.equal(error.kind, "missing");
    assert.equal(error.code, undefined);
    assert.equal(error.param, undefined);
  });

  it("accepts unknown fields in Stripe's error object", async () => {
    const error = await errorOf({
      status: 400,
      body: { ...errorBody({ message: "No.", advice_code: "x", nested: { a: [1] } }), other: 1 },
    });
    assert.equal(error.message, "No.");
  });

  for (const body of ["<html>Bad gateway</html>", "", "null", "[]", '"text"', '{"error":"text"}', '{"error":null}']) {
    it(`gets its kind from the status when the body is ${JSON.stringify(body)}`, async () => {
      const error = await errorOf({ status: 502, body });
      assert.equal(error.kind, "api");
      assert.equal(error.requestId, "req_served");
      assert.match(error.message, /HTTP 502/);
    });
  }

  it("has the request id that the server logged", async () => {
    await using env = await setup();
    const error = await stripeRejection(env.client.get(feature, anyObject));
    assert.equal(error.kind, "missing");
    assert.equal(error.requestId, env.emulator.requests.entries[0]?.requestId);
  });

  it("names the permission that a restricted key lacks, without the key", async () => {
    await using env = await setup();
    const apiKey = env.emulator.sandbox.restrictedKey({ products: "write" });
    const client = clientOf(env.emulator.url, { apiKey });
    const params = { lookup_key: "a", name: "A", metadata: {} };
    const error = await stripeRejection(client.post(apiPath`/v1/entitlements/features`, anyObject, params));
    assert.equal(error.kind, "permission");
    assert.match(error.message, /Enabling "Entitlements Write" permissions/);
    assert.ok(!error.message.includes(apiKey.slice(-4)), error.message);
    assert.equal(env.emulator.requests.count(), 1);
  });
});

describe("isStripeError", () => {
  it("accepts an error of another copy of this package, as isRefusal does", () => {
    const other = Object.assign(new Error("No."), { name: "StripeError", kind: "missing" });
    assert.ok(isStripeError(other));
    assert.ok(isRefusal(other));
  });

  it("rejects everything else, as isRefusal does", () => {
    for (const other of [new Error("No."), undefined, null, "StripeError", { name: "StripeError", kind: "missing" }]) {
      assert.ok(!isStripeError(other));
      assert.ok(!isRefusal(other));
    }
  });
});

describe("isRefusal", () => {
  it("accepts only errors that reading the objects can explain", () => {
    for (const { kind, status } of Object.values(situations)) {
      const expected = kind === "missing" || kind === "invalidRequest" || (kind === "api" && status === 409);
      const error = new StripeError("No.", { kind, status, route: "GET /" });
      assert.equal(isRefusal(error), expected, `${kind} ${status}`);
    }
  });
});
