import assert from "node:assert/strict";
import { featuresPath, itKeepsRule } from "./support";

describe("emulator metadata", () => {
  itKeepsRule("metadataMerged", async ({ emulator, stripe }) => {
    const { id } = emulator.sandbox.dashboard.createFeature({
      lookupKey: "sso",
      name: "SSO",
      metadata: { a: "1", b: "2" },
    });
    const path = `${featuresPath}/${id}`;
    const merged = await stripe.post(path, { metadata: { b: "3", c: "4" } });
    assert.deepEqual(merged.body["metadata"], { a: "1", b: "3", c: "4" });
    const unset = await stripe.post(path, { metadata: { a: "", d: "" } });
    assert.deepEqual(unset.body["metadata"], { b: "3", c: "4" });
    const renamed = await stripe.post(path, { name: "New" });
    assert.deepEqual(renamed.body["metadata"], { b: "3", c: "4" });
  });

  itKeepsRule("metadataCleared", async ({ emulator, stripe }) => {
    const { dashboard } = emulator.sandbox;
    const { id } = dashboard.createFeature({ lookupKey: "sso", name: "SSO", metadata: { a: "1" } });
    const cleared = await stripe.post(`${featuresPath}/${id}`, { metadata: "" });
    assert.deepEqual(cleared.body["metadata"], {});
    assert.equal((await stripe.post(`${featuresPath}/${id}`, { metadata: "text" })).status, 400);
  });

  itKeepsRule("metadataLimits", async ({ emulator, stripe }) => {
    const { id } = emulator.sandbox.dashboard.createFeature({ lookupKey: "sso", name: "SSO" });
    const put = (metadata: object) => stripe.post(`${featuresPath}/${id}`, { metadata });
    const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`key-${i}`, "v"]));
    assert.equal((await put({ ["k".repeat(40)]: "v".repeat(500) })).status, 200);
    assert.equal((await put({ ["k".repeat(41)]: "v" })).status, 400);
    assert.equal((await put({ a: "v".repeat(501) })).status, 400);
    assert.equal((await put({ "a]b": "v" })).status, 400);
    assert.equal((await put({ a: { b: "v" } })).status, 400);
    assert.equal((await put(many(49))).status, 200);
    const tooMany = await put({ "key-50": "v" });
    assert.equal(tooMany.status, 400);
    assert.match(tooMany.body.error.message, /up to 50 keys/);
    const swapped = await put({ "key-0": "", "key-50": "v" });
    assert.equal(Object.keys(swapped.body["metadata"] ?? {}).length, 50);
    assert.equal((await stripe.post(featuresPath, { lookup_key: "x", name: "X", metadata: many(51) })).status, 400);
  });
});
