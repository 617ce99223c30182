import assert from "node:assert/strict";
import { attachments, featuresPath, withEmulator } from "./support";

const duplicateRefusal = { status: 409, code: "conflict", message: "{lookup_key} belongs to {id}, not {unknown}" };
const attachedRefusal = { status: 422, message: "{feature} is on {product}" };

describe("choices", () => {
  it("answers with the chosen refusal and replaces its placeholders", () =>
    withEmulator(
      async ({ emulator, stripe }) => {
        const { dashboard } = emulator.sandbox;
        const { id } = dashboard.createFeature({ lookupKey: "sso", name: "SSO" });
        const product = dashboard.createProduct({ name: "Team" });
        const duplicate = await stripe.post(featuresPath, { lookup_key: "sso", name: "SSO" });
        assert.equal(duplicate.status, 409);
        assert.equal(duplicate.body.error.code, "conflict");
        assert.equal(duplicate.body.error.message, `sso belongs to ${id}, not {unknown}`);
        dashboard.attach(product.id, id);
        const attached = await stripe.post(attachments(product.id), { entitlement_feature: id });
        assert.equal(attached.status, 422);
        assert.equal(attached.body.error.message, `${id} is on ${product.id}`);
      },
      { choices: { duplicateLookupKey: duplicateRefusal, attachedTwice: attachedRefusal } },
    ));

  it("can accept archiving twice and refuse attaching to an inactive product", () =>
    withEmulator(
      async ({ emulator, stripe }) => {
        const { dashboard } = emulator.sandbox;
        const { id } = dashboard.createFeature({ lookupKey: "sso", name: "SSO" });
        const product = dashboard.createProduct({ name: "Team", active: false });
        assert.equal((await stripe.post(attachments(product.id), { entitlement_feature: id })).status, 422);
        dashboard.archiveFeature(id);
        const again = await stripe.post(`${featuresPath}/${id}`, { active: false });
        assert.equal(again.status, 200);
        assert.equal(again.body["active"], false);
      },
      { choices: { archiveTwice: "accepted", attachToInactiveProduct: attachedRefusal } },
    ));

  it("can list all features without `archived`", () =>
    withEmulator(
      async ({ emulator, stripe }) => {
        const { dashboard } = emulator.sandbox;
        const { id } = dashboard.createFeature({ lookupKey: "a", name: "A" });
        dashboard.createFeature({ lookupKey: "b", name: "B" });
        dashboard.archiveFeature(id);
        assert.equal((await stripe.get(featuresPath)).body.data.length, 2);
        assert.equal((await stripe.get(featuresPath, { lookup_key: "a" })).body.data.length, 1);
        assert.equal((await stripe.get(featuresPath, { archived: false })).body.data.length, 1);
      },
      { choices: { listWithoutArchived: "all" } },
    ));
});
