import assert from "node:assert/strict";
import { startEmulator } from "../../../emulator/index";
import { StripeApi } from "../../../provider/stripe/api";
import { isRefusal, isStripeError, StripeError, type StripeErrorKind } from "../../../provider/stripe/errors";
import { apiPath } from "../../../provider/stripe/path";
import { featureSchema } from "../../../provider/stripe/schemas";
import { all } from "../../support/all";
import { type ServedAnswer, serve } from "../../support/http-server";
import { stripeRejection } from "../../support/rejection";
import { clientOf, quickRetries, testKey } from "../../support/stripe-client";
import { errorBody, featureBody } from "../../support/stripe-objects";

const feature = apiPath`/v1/entitlements/features/${"feat_1"}`;

/** The error of a client that is answered so, without another try. */
async function errorOf(answer: ServedAnswer, apiKey = testKey): Promise<StripeError> {
  await using server = await serve(() => answer);
  const client = clientOf(server.url, { apiKey, retry: quickRetries(0) });
  return await stripeRejection(client.get(feature, featureSchema));
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
  "a missing object named by a parameter": {
    status: 400,
    error: { code: "resource_missing", message: "No such product: 'prod_1'", param: "product" },
    kind: "missing",
  },
  "a 404 that names no code": { status: 404, error: { message: "Unrecognized request URL" }, kind: "missing" },
  "an object of the other mode": {
    status: 404,
    error: { code: "resource_missing", message: wrongMode, param: "id" },
    kind: "wrongMode",
  },
  "an object of the other mode, named by a parameter": {
    status: 400,
    error: { code: "resource_missing", message: wrongMode, param: "entitlement_feature" },
    kind: "wrongMode",
  },
  "an object of test mode for a live key": {
    status: 404,
    error: {
      code: "resource_missing",
      message:
        "No such x: 'y'; a similar object exists in test mode, but a live mode key was used to make this request.",
    },
    kind: "wrongMode",
  },
  "a lookup key that is taken": {
    status: 400,
    error: { message: "A feature already uses that lookup key.", param: "lookup_key" },
    kind: "invalidRequest",
  },
  "a conflict of another status": { status: 422, error: { message: "Already attached." }, kind: "invalidRequest" },
  "an expired key": {
    status: 401,
    error: { code: "api_key_expired", message: "Expired API Key provided" },
    kind: "authentication",
  },
  "a refused key": { status: 401, error: { message: "Invalid API Key provided" }, kind: "authentication" },
  "a permission that is missing": {
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
  "an object that is locked": {
    status: 429,
    error: { code: "lock_timeout", message: "This object cannot be accessed right now" },
    kind: "lockTimeout",
  },
  "an idempotency key with other parameters": {
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
  "a dependency that failed": { status: 424, error: { type: "api_error", message: "External" }, kind: "api" },
  "a fault of Stripe": { status: 500, error: { type: "api_error", message: "An unknown error occurred" }, kind: "api" },
  "Stripe out of service": { status: 503, error: { type: "api_error", message: "Down" }, kind: "api" },
};

describe("An error of Stripe", () => {
  for (const [name, { status, error, kind }] of Object.entries(situations)) {
    it(`is of the kind ${kind} for ${name} (${status})`, async () => {
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

  it("may lack everything but its status", async () => {
    const error = await errorOf({ status: 400, body: { error: {} } });
    assert.equal(error.kind, "invalidRequest");
    assert.match(error.message, /HTTP 400/);
  });

  it("may hold null where Stripe has nothing to say", async () => {
    const error = await errorOf({ status: 404, body: errorBody({ code: null, message: null, param: null }) });
    assert.equal(error.kind, "missing");
    assert.equal(error.code, undefined);
    assert.equal(error.param, undefined);
  });

  it("may carry fields that are new", async () => {
    const error = await errorOf({
      status: 400,
      body: { ...errorBody({ message: "No.", advice_code: "x", nested: { a: [1] } }), other: 1 },
    });
    assert.equal(error.message, "No.");
  });

  for (const body of ["<html>Bad gateway</html>", "", "null", "[]", '"text"', '{"error":"text"}', '{"error":null}']) {
    it(`is told by its status alone when the body is ${JSON.stringify(body)}`, async () => {
      const error = await errorOf({ status: 502, body });
      assert.equal(error.kind, "api");
      assert.equal(error.requestId, "req_served");
      assert.match(error.message, /HTTP 502/);
    });
  }
});

describe("An answer that cannot be used", () => {
  it("is refused when it is not JSON, with its beginning", async () => {
    const error = await errorOf({ body: "<html><body>Welcome to the hotel</body></html>" });
    assert.equal(error.kind, "unexpectedAnswer");
    assert.match(error.message, /127\.0\.0\.1:\d+ to GET \/v1\/entitlements\/features\/:id \(HTTP 200\) is not JSON/);
    assert(error.message.includes("<html><body>Welcome"), error.message);
  });

  it("is refused when it redirects, and is not followed", async () => {
    await using server = await serve(() => ({ status: 302, headers: { location: "/elsewhere" }, body: "Found" }));
    const error = await stripeRejection(clientOf(server.url).get(feature, featureSchema));
    assert.equal(error.kind, "unexpectedAnswer");
    assert.equal(server.requests.length, 1);
  });

  for (const field of ["id", "object", "active", "livemode", "lookup_key", "name"]) {
    it(`is refused when ${field} is missing, naming it`, async () => {
      const error = await errorOf({ body: featureBody({ [field]: undefined }) });
      assert.equal(error.kind, "unexpectedAnswer");
      assert(error.message.includes(`(${field}: `), error.message);
    });
  }

  it("is refused when it is another object", async () => {
    const error = await errorOf({ body: featureBody({ object: "product" }) });
    assert.equal(error.kind, "unexpectedAnswer");
    assert.match(error.message, /object/);
  });

  for (const body of ["[]", "null", '"text"', "1"]) {
    it(`is refused when it is ${body}, in one readable sentence`, async () => {
      const error = await errorOf({ body });
      assert.equal(error.kind, "unexpectedAnswer");
      assert.match(error.message, /\(Invalid input: expected object/);
    });
  }

  it("is refused in a list, naming the object and its field", async () => {
    await using server = await serve(() => ({
      body: { data: [featureBody(), featureBody({ name: 1 })], has_more: false },
    }));
    const stripe = new StripeApi(clientOf(server.url));
    const error = await stripeRejection(all(stripe.activeFeatures()));
    assert(error.message.includes("(data.1.name: "), error.message);
  });

  it("is refused for an attachment, naming the missing field", async () => {
    await using server = await serve(() => ({ body: { id: "prodft_1", object: "product_feature", livemode: false } }));
    const error = await stripeRejection(
      new StripeApi(clientOf(server.url)).retrieveProductFeature("prod_1", "prodft_1"),
    );
    assert(error.message.includes("(entitlement_feature: "), error.message);
  });

  it("is fine with fields that are new, and without metadata", async () => {
    await using server = await serve(() => ({ body: featureBody({ created: 1, nested: { a: [] }, metadata: null }) }));
    const answer = await clientOf(server.url).get(feature, featureSchema);
    assert.equal(answer.id, "feat_test_1");
    assert.deepEqual(answer.metadata, {});
  });
});

describe("An error of the emulator, which answers as Stripe does,", () => {
  it("keeps the request id under which the server logged it", async () => {
    await using emulator = await startEmulator();
    const stripe = new StripeApi(clientOf(emulator.url, { apiKey: emulator.apiKey }));
    const error = await stripeRejection(stripe.retrieveFeature("feat_none"));
    assert.equal(error.kind, "missing");
    assert.equal(error.requestId, emulator.requests.entries[0]?.requestId);
  });

  it("names the permission that a restricted key lacks, and not the key", async () => {
    await using emulator = await startEmulator();
    const apiKey = emulator.sandbox.restrictedKey({ products: "write" });
    const stripe = new StripeApi(clientOf(emulator.url, { apiKey }));
    const error = await stripeRejection(stripe.createFeature({ lookupKey: "a", name: "A", metadata: {} }));
    assert.equal(error.kind, "permission");
    assert.match(error.message, /Enabling "Entitlements Write" permissions/);
    assert(!error.message.includes(apiKey.slice(-4)), error.message);
    assert.equal(emulator.requests.count(), 1);
  });
});

describe("The guards of errors", () => {
  it("tell an error of another copy of this package", () => {
    const other = Object.assign(new Error("No."), { name: "StripeError", kind: "missing" });
    assert(isStripeError(other));
    assert(isRefusal(other));
  });

  it("take nothing else for one", () => {
    for (const other of [new Error("No."), undefined, null, "StripeError", { name: "StripeError", kind: "missing" }]) {
      assert(!isStripeError(other));
      assert(!isRefusal(other));
    }
  });

  it("count as a refusal only what reading the state again can explain", () => {
    for (const { kind, status } of Object.values(situations)) {
      const expected = kind === "missing" || kind === "invalidRequest" || (kind === "api" && status === 409);
      const error = new StripeError("No.", { kind, status, route: "GET /" });
      assert.equal(isRefusal(error), expected, `${kind} ${status}`);
    }
  });
});
