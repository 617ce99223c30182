import assert from "node:assert/strict";
import { type CustomResource, Output } from "@pulumi/pulumi";
import type { Answered } from "../../../provider/preview/answered";
import { Released } from "../../../provider/preview/released";
import type { StripeFeature } from "../../../provider/stripe/feature";

const owner = "acme/dev/sso";
const former = "acme/dev/former";

function featureOf(marker: string | undefined): StripeFeature {
  return { id: "feat_1", lookupKey: "sso", name: "SSO", metadata: {}, active: true, livemode: false, marker };
}

/** Returns the resource `former` as the engine answered it. */
function answeredAs(plan: Answered["plan"], properties: Readonly<Record<string, string>>): Answered {
  const outputs = Object.entries(properties).map(([name, value]) => [name, Output.create(value)]);
  return { type: "Feature", owner: former, plan, resource: Object.fromEntries(outputs) as CustomResource };
}

const isReleased = (marker: string | undefined, ...answered: readonly Answered[]) =>
  new Released(answered).isReleased(featureOf(marker), owner);

describe("Released.isReleased", () => {
  it("is false for a feature without a marker, with the own one, or with another stack's", async () => {
    for (const marker of [undefined, owner, "acme/staging/former"]) assert.equal(await isReleased(marker), false);
  });

  it("is true when the program does not declare the resource that has the feature", async () => {
    assert.equal(await isReleased(former), true);
  });

  it("is false when that resource keeps the feature, and true when it manages another one", async () => {
    assert.equal(await isReleased(former, answeredAs("exists", { id: "feat_1" })), false);
    assert.equal(await isReleased(former, answeredAs("exists", { id: "feat_2" })), true);
  });

  it("is false when that resource is created with the same lookup key, and true with another", async () => {
    assert.equal(await isReleased(former, answeredAs("create", { lookupKey: "sso" })), false);
    assert.equal(await isReleased(former, answeredAs("create", { lookupKey: "api" })), true);
  });

  it("is undefined when the plan for that resource is not known", async () => {
    assert.equal(await isReleased(former, answeredAs("unknown", {})), undefined);
  });
});
