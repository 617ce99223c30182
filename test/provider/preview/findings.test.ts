import assert from "node:assert/strict";
import { type CustomResource, Output, unknown } from "@pulumi/pulumi";
import type { Answered } from "../../../provider/preview/answered";
import type { Finding } from "../../../provider/preview/comparison";
import { addFindings } from "../../../provider/preview/findings";
import { setup } from "../../support/test-environment";

const owner = "acme/dev/sso";

function answeredAs(
  type: Answered["type"],
  plan: Answered["plan"],
  properties: Readonly<Record<string, unknown>>,
): Answered {
  const outputs = Object.entries({ owner, ...properties }).map(([name, value]) => [name, Output.create(value)]);
  return { type, owner, plan, resource: Object.fromEntries(outputs) as CustomResource };
}

describe("addFindings", () => {
  it("counts a feature that the program manages as its own, whatever its marker is yet", async () => {
    await using environment = await setup();
    const { dashboard, context } = environment;
    const { id } = dashboard.createFeature({
      lookupKey: "sso",
      name: "SSO",
      metadata: { pulumi_owner: "acme/staging/sso" },
    });
    dashboard.createProduct({ id: "prod_1", name: "Team" });
    dashboard.attach("prod_1", id);
    const answered = [
      answeredAs("Feature", "exists", { id, lookupKey: "sso", name: "SSO" }),
      answeredAs("ProductFeature", "create", { id: unknown, product: "prod_1", entitlementFeature: id }),
    ];
    const findings: Finding[] = [];
    await addFindings(findings, context, answered, answered);
    assert.deepEqual(
      findings.map(({ severity }) => severity),
      ["info"],
    );
  });
});
