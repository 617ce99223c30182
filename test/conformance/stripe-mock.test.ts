import assert from "node:assert/strict";
import { StripeApi } from "../../provider/stripe/api";
import { isStripeError } from "../../provider/stripe/errors";
import type { FeatureContent } from "../../provider/stripe/feature";
import type { Metadata } from "../../provider/stripe/metadata";
import { type HttpServer, type ReceivedRequest, serve } from "../support/http-server";
import { rejection } from "../support/rejection";
import { clientOf } from "../support/stripe-client";
import { goTool, goToolTimeoutMs } from "../tools/support/go-tool";
import { temporaryDirectory } from "../tools/support/tools";
import { startStripeMock } from "./stripe-mock-server";

/** Texts that are difficult in a form, a URL or JSON. */
const oddTexts = [
  "a&b=c+d %5B é 中 \u{1f511}",
  " leading and trailing ",
  "null",
  "true",
  "0",
  "[a][b]",
  '{"a":1}',
  "line\nbreak\ttab",
  "\u{1f511}".repeat(40),
  "n".repeat(80),
];

const oddMetadata: readonly Metadata[] = [
  {},
  { a: "1" },
  { "a.b c-d_e": "x", ключ: "значение", "\u{1f511}": "\u{1f511}" },
  { set: "1" },
  Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`key-${i}`, "v".repeat(500)])),
];

/**
 * The characters of ids that stripe-mock accepts: it matches its routes against the decoded path.
 */
const oddIds = ["feat_test_61Rhd", "a&b+c;d=e", "it's(odd)", "100%41", "~a.b-c_d:e@f!$*,", "x".repeat(255)];

type Calls = { readonly [Name in keyof StripeApi]: (entitlements: StripeApi) => readonly Promise<unknown>[] };

const content = (changes: Partial<FeatureContent> = {}): FeatureContent => ({
  lookupKey: "sso",
  name: "SSO",
  metadata: {},
  marker: "shop/production/sso",
  ...changes,
});
const known = { metadata: { removed: "1" }, marker: undefined };

/** Makes every call of the client, with every kind of value. */
const calls: Calls = {
  createFeature: (api) => [
    ...oddTexts.map((text) => api.createFeature(content({ lookupKey: text, name: text, metadata: { a: text } }))),
    ...oddMetadata.map((metadata) => api.createFeature(content({ metadata, marker: undefined }))),
  ],
  findFeature: (api) => oddIds.map((id) => api.findFeature(id)),
  findActiveFeature: (api) => oddTexts.map((lookupKey) => api.findActiveFeature(lookupKey)),
  updateFeature: (api) => [
    ...oddTexts.map((name) => api.updateFeature("feat_1", content({ name }), known)),
    ...oddMetadata.map((metadata) => api.updateFeature("feat_1", content({ metadata, marker: undefined }), known)),
    ...oddIds.map((id) => api.updateFeature(id, content(), known)),
  ],
  writeMarker: (api) => oddTexts.map((marker) => api.writeMarker("feat_1", marker)),
  archiveFeature: (api) => oddIds.map((id) => api.archiveFeature(id)),
  activeFeatures: (api) => [Array.fromAsync(api.activeFeatures())],
  activeFeaturePage: (api) => oddTexts.map((lookupKey) => api.activeFeaturePage(lookupKey, { limit: 1 })),
  attachFeature: (api) => oddIds.map((id) => api.attachFeature(id, id)),
  findProductFeature: (api) => oddIds.map((id) => api.findProductFeature(id, id)),
  productFeatures: (api) => oddIds.map((id) => Array.fromAsync(api.productFeatures(id))),
  productFeaturePage: (api) => oddIds.map((id) => api.productFeaturePage(id, { cursor: id })),
  detachFeature: (api) => oddIds.map((id) => api.detachFeature(id, id)),
  archivedFeatures: (api) => [Array.fromAsync(api.archivedFeatures())],
  products: (api) => [undefined, true, false].map((active) => Array.fromAsync(api.products({ active }))),
  activeEntitlements: (api) => oddIds.map((id) => Array.fromAsync(api.activeEntitlements(id))),
  getAccount: (api) => [api.getAccount()],
  getBalance: (api) => [api.getBalance()],
};

interface Forwarded {
  readonly request: ReceivedRequest;
  readonly status: number;
  readonly answer: string;
}

describe("conformance: stripe-mock", function () {
  this.timeout(goToolTimeoutMs);

  let mock: Awaited<ReturnType<typeof startStripeMock>>;
  let between: HttpServer;
  const forwarded: Forwarded[] = [];

  /** Forwards a request unchanged and records the outcome. */
  async function forward(request: ReceivedRequest) {
    const { body, headers, method, url } = request;
    const response = await fetch(mock.url + url, {
      method,
      headers: Object.entries(headers).flatMap(([name, value]) =>
        typeof value === "string" && !["host", "connection", "content-length"].includes(name) ? [[name, value]] : [],
      ),
      body: method === "POST" ? body : null,
    });
    const answer = await response.text();
    forwarded.push({ request, status: response.status, answer });
    return { status: response.status, body: answer };
  }

  before(async () => {
    mock = await startStripeMock();
    between = await serve(forward);
  });
  after(async () => {
    await between?.close();
    await mock?.[Symbol.asyncDispose]();
    const accepted = forwarded.filter(({ status }) => status === 200).length;
    console.log(`    ${accepted} requests of ours accepted by stripe-mock`);
  });

  for (const [name, requests] of Object.entries(calls)) {
    it(`${name}: every request is accepted`, async () => {
      const from = forwarded.length;
      const client = clientOf(between.url, { retry: { maxRetries: 0, firstDelay: 1, maxDelay: 1 } });
      const settled = await Promise.allSettled(requests(new StripeApi(client)));
      await client.close();
      for (const { answer, request, status } of forwarded.slice(from)) {
        assert.equal(status, 200, `${request.method} ${request.url} ${request.body}: ${answer}`);
      }
      assert.ok(forwarded.length - from >= settled.length);
      for (const result of settled) {
        // Its answers are fixtures, and its attachment does not have Stripe's form.
        if (result.status === "rejected")
          assert.equal(isStripeError(result.reason) && result.reason.kind, "unexpectedAnswer");
      }
    });
  }

  it("covers every call of the client", () => {
    const methods = Object.getOwnPropertyNames(StripeApi.prototype).filter((name) => name !== "constructor");
    assert.deepEqual(Object.keys(calls).sort(), methods.sort());
  });

  it("detects an unknown parameter, a missing one and a JSON body", async () => {
    const authorization = "Bearer sk_test_madeUpForTests0123456789";
    for (const [body, type] of [
      ["lookup_key=sso&name=SSO&colour=red", "application/x-www-form-urlencoded"],
      ["lookup_key=sso", "application/x-www-form-urlencoded"],
      ['{"lookup_key":"sso","name":"SSO"}', "application/json"],
    ] as const) {
      const headers = { authorization, "content-type": type };
      const { status } = await fetch(`${mock.url}/v1/entitlements/features`, { method: "POST", headers, body });
      assert.equal(status, 400, body);
    }
  });

  it("names what to install if neither stripe-mock nor Go is found", async () => {
    using directory = temporaryDirectory();
    const { path } = directory;
    const error = await rejection(goTool("stripeMock", { checkout: path, cache: path, env: { PATH: path } }));
    assert.match(
      String(error),
      /^stripe-mock \S+ cannot be installed: `go` is not on PATH\.\nPut `stripe-mock` on PATH .* or install Go/,
    );
  });
});
