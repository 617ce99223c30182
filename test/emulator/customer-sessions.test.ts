import assert from "node:assert/strict";
import { startEmulator } from "../../emulator";
import { sdkOf } from "../conformance/sdk";
import { titleOf } from "./support";

describe("POST /v1/customer_sessions", () => {
  it(titleOf("customerSession"), async () => {
    await using emulator = await startEmulator({ seed: { customers: [{ id: "cus_acme" }] } });
    const session = await sdkOf(emulator).customerSessions.create({
      customer: "cus_acme",
      components: { active_entitlements: { enabled: true } },
    });
    assert.equal(session.object, "customer_session");
    assert.equal(session.customer, "cus_acme");
    assert.match(session.client_secret, /^cuss_secret_/);
    assert.equal(session.components?.active_entitlements.enabled, true);
    assert.equal(session.components?.pricing_table.enabled, false);
    assert.equal(session.expires_at - session.created, 1_800);
  });

  it("rejects a missing customer, no component, and one that the emulator does not have", async () => {
    await using emulator = await startEmulator({ seed: { customers: [{ id: "cus_acme" }] } });
    const { customerSessions } = sdkOf(emulator);
    const components = { active_entitlements: { enabled: true } };
    await assert.rejects(customerSessions.create({ customer: "cus_missing", components }), {
      code: "resource_missing",
    });
    await assert.rejects(
      customerSessions.create({ customer: "cus_acme", components: { active_entitlements: { enabled: false } } }),
      /At least one component must be enabled/,
    );
    await assert.rejects(
      customerSessions.create({ customer: "cus_acme", components: { pricing_table: { enabled: true } } }),
      /does not support 'components\[pricing_table\]'/,
    );
  });
});
