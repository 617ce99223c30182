import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { startEmulator } from "../../../emulator";
import { Feature, ProductFeature } from "../../../provider/index";
import { withEnvironment } from "../../support/environment";

/** Sets mocks that answer as the engine does in a preview: the id of a new resource is unknown. */
function mockPreview(): void {
  const newResource = ({ inputs }: pulumi.runtime.MockResourceArgs) => ({ id: undefined, state: inputs });
  pulumi.runtime.setMocks({ newResource, call: () => ({}) }, "shop", "production", true);
}

describe("A preview under pulumi.runtime.setMocks", () => {
  it("compares nothing with Stripe and holds nothing open", async () => {
    await using emulator = await startEmulator();
    using _ = withEnvironment({ STRIPE_API_KEY: emulator.apiKey, STRIPE_API_BASE: emulator.url });
    emulator.sandbox.dashboard.createFeature({ lookupKey: "sso", name: "Taken" });
    mockPreview();
    await pulumi.runtime.runInPulumiStack(async () => {
      const sso = new Feature("sso", { lookupKey: "sso", name: "Single sign-on" });
      new ProductFeature("team-sso", { product: "prod_team", entitlementFeature: sso.id });
    });
    // Waits for everything that keeps a program alive.
    await pulumi.runtime.disconnect();
    assert.deepEqual(emulator.requests.entries, []);
  });
});
