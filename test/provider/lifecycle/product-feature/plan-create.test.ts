import assert from "node:assert/strict";
import { type AdoptionPolicy, adoptionPolicies } from "../../../../provider/lifecycle/ownership/policy";
import { planCreate } from "../../../../provider/lifecycle/product-feature/plan-create";
import type { StripeProductFeature } from "../../../../provider/stripe/schemas";

const owner = "shop/production/team-sso";
const pair = { product: "prod_1", entitlementFeature: "feat_1", owner };

const attached = (marker: string | undefined): StripeProductFeature => ({
  id: "pf_1",
  livemode: false,
  feature: { id: "feat_1", lookupKey: "sso", name: "SSO", metadata: {}, marker, livemode: false },
});

describe("planCreate of an attachment, by marker of its feature and policy", () => {
  const cases: readonly [what: string, marker: string | undefined, adopts: readonly AdoptionPolicy[]][] = [
    ["no marker", undefined, ["unowned", "any"]],
    ["a marker of this stack", "shop/production/sso", ["owned", "unowned", "any"]],
    ["another stack's marker", "shop/staging/sso", ["any"]],
  ];

  for (const [what, marker, adopts] of cases) {
    for (const policy of adoptionPolicies) {
      const action = adopts.includes(policy) ? "adopt" : "reject";
      it(`${action}s one with ${what}, with adopt: "${policy}"`, () => {
        assert.equal(planCreate(pair, attached(marker), { adopt: policy }).action, action);
        const opposite = policy === "never" ? "any" : "never";
        assert.equal(planCreate({ ...pair, adopt: policy }, attached(marker), { adopt: opposite }).action, action);
      });
    }
  }

  for (const policy of adoptionPolicies) {
    it(`lets a replacement adopt what is not another stack's, with adopt: "${policy}"`, () => {
      const replace = (marker: string | undefined, previous: string) =>
        planCreate(pair, attached(marker), { adopt: policy, previous: { owner: previous } }).action;
      assert.equal(replace(undefined, owner), "adopt");
      assert.equal(replace("shop/production/sso", owner), "adopt");
      assert.equal(replace("shop/renamed/sso", "shop/renamed/team-sso"), "adopt");
      assert.equal(replace("shop/staging/sso", owner), policy === "any" ? "adopt" : "reject");
    });
  }

  it("attaches where the product does not carry the feature", () => {
    for (const adopt of adoptionPolicies)
      assert.deepEqual(planCreate(pair, undefined, { adopt }), { action: "create" });
  });

  it("treats a stack without markers as the owner of no marker", () => {
    const { owner: _, ...unmarked } = pair;
    assert.equal(planCreate(unmarked, attached("shop/production/sso"), { adopt: "owned" }).action, "reject");
    assert.equal(planCreate(unmarked, attached(undefined), { adopt: "unowned" }).action, "adopt");
  });
});

describe("The text about an attachment that exists", () => {
  it("names the attachment and the lookup key", () => {
    const plan = planCreate(pair, attached(undefined), { adopt: "any" });
    assert.deepEqual(plan, { action: "adopt", line: 'pf_1, which already attaches the feature "sso".' });
  });

  const hints = [
    [undefined, "has no marker", 'set adopt: "unowned" on this resource, or import it.'],
    [
      "shop/production/sso",
      "carries the marker of shop/production/sso",
      'set adopt: "any" on this resource, or import it.',
    ],
    ["shop/staging/sso", "carries the marker of shop/staging/sso", 'set adopt: "any" on this resource.'],
  ] as const;

  for (const [marker, what, way] of hints) {
    it(`says that its feature ${what}, and the ways forward`, () => {
      const plan = planCreate(pair, attached(marker), { adopt: "never" });
      assert.ok(plan.action === "reject");
      const subject = 'ProductFeature "team-sso" (feat_1 on prod_1)';
      const why = `the feature "sso", which ${what}, is already attached to the product, as pf_1`;
      assert.equal(plan.error.message, `${subject}: ${why}`);
      assert.equal(plan.error.hint, `To manage the attachment here, ${way} Otherwise remove the resource.`);
    });
  }
});
