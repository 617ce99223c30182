import assert from "node:assert/strict";
import { type FeatureCreateFacts, planCreate } from "../../../../provider/lifecycle/feature/plan-create";
import type { FeatureInputs } from "../../../../provider/lifecycle/feature/properties";
import { type AdoptionPolicy, adoptionPolicies } from "../../../../provider/lifecycle/ownership/policy";
import type { StripeFeature } from "../../../../provider/stripe/feature";

const owner = "shop/production/sso";
const sso: FeatureInputs = { lookupKey: "sso", name: "Single sign-on", owner };
const equal: StripeFeature = {
  id: "feat_1",
  lookupKey: "sso",
  name: "Single sign-on",
  metadata: {},
  marker: owner,
  active: true,
  livemode: false,
};
const owned: FeatureCreateFacts = { adopt: "owned" };

/** Returns the line of an adoption, or the message of a rejection. */
function textOf(inputs: FeatureInputs, existing: StripeFeature, facts: FeatureCreateFacts = owned): string {
  const plan = planCreate(inputs, existing, facts);
  assert.notEqual(plan.action, "create");
  return plan.action === "adopt" ? plan.line : plan.action === "reject" ? plan.error.message : "";
}

/** Returns the text about the changes of an adoption. */
function changesOf(inputs: Partial<FeatureInputs>, existing: Partial<StripeFeature>, secrets: readonly string[] = []) {
  const facts = { ...owned, secrets: new Set(secrets) };
  const [, changes] = textOf({ ...sso, ...inputs }, { ...equal, ...existing }, facts).split(
    "that this resource created",
  );
  return changes;
}

describe("planCreate of a feature, by marker and policy", () => {
  const isReleased = true;
  const cases: readonly [
    what: string,
    marker: string | undefined,
    adopts: readonly AdoptionPolicy[],
    facts?: Partial<FeatureCreateFacts>,
  ][] = [
    ["no marker", undefined, ["unowned", "any"]],
    ["its own marker", owner, ["owned", "unowned", "any"]],
    ["the marker of a declared resource", "shop/production/other", ["any"]],
    ["the marker of a released resource", "shop/production/other", ["owned", "unowned", "any"], { isReleased }],
    ["another stack's marker", "shop/staging/sso", ["any"]],
    ["its own marker, as a replacement", owner, adoptionPolicies, { previous: { owner } }],
    [
      "its previous marker, as a replacement",
      "shop/old/sso",
      adoptionPolicies,
      { previous: { owner: "shop/old/sso" } },
    ],
    ["no marker, as its first replacement", undefined, adoptionPolicies, { previous: { owner: undefined } }],
    ["another stack's marker, as a replacement", "shop/staging/sso", ["any"], { previous: { owner } }],
  ];

  for (const [what, marker, adopts, facts] of cases) {
    for (const policy of adoptionPolicies) {
      const action = adopts.includes(policy) ? "adopt" : "reject";
      it(`${action}s one with ${what}, with adopt: "${policy}"`, () => {
        const existing = { ...equal, marker };
        assert.equal(planCreate(sso, existing, { adopt: policy, ...facts }).action, action);
        const opposite = policy === "never" ? "any" : "never";
        assert.equal(planCreate({ ...sso, adopt: policy }, existing, { adopt: opposite, ...facts }).action, action);
      });
    }
  }

  it("creates where no active feature has the lookup key", () => {
    for (const adopt of adoptionPolicies) assert.deepEqual(planCreate(sso, undefined, { adopt }), { action: "create" });
  });

  it("treats a stack without markers as the owner of no marker", () => {
    const { owner: _, ...unmarked } = sso;
    const actionOf = (marker: string | undefined, adopt: AdoptionPolicy) =>
      planCreate(unmarked, { ...equal, marker }, { adopt }).action;
    assert.deepEqual([actionOf(owner, "unowned"), actionOf(undefined, "owned")], ["reject", "reject"]);
    assert.deepEqual([actionOf(owner, "any"), actionOf(undefined, "unowned")], ["adopt", "adopt"]);
  });
});

describe("The line of an adoption", () => {
  it("names the feature and the marker that it has", () => {
    const what = "feat_1, an active feature with this lookup key";
    assert.equal(textOf(sso, equal), `${what} that this resource created.`);
    const any = { adopt: "any" } as const;
    assert.equal(textOf(sso, { ...equal, marker: undefined }, any), `${what} without a marker.`);
    assert.equal(textOf(sso, { ...equal, marker: "a/b/c" }, any), `${what} with the marker of a/b/c.`);
  });

  it("shows the name, old and new", () => {
    assert.equal(changesOf({}, { name: 'SSO "2021"\n' }), ': name "SSO \\"2021\\"\\n" → "Single sign-on".');
  });

  it("shows added, changed and removed metadata, but no unchanged entries", () => {
    const wanted = { same: "1", tier: "gold", team: "identity" };
    const now = { same: "1", team: "sales", billing_code: "42", note: "" };
    const changes = [
      'adds metadata tier "gold"',
      'changes metadata team "sales" → "identity"',
      'removes metadata billing_code "42", note ""',
    ];
    assert.equal(changesOf({ metadata: wanted }, { metadata: now }), `: ${changes.join(", ")}.`);
    assert.equal(changesOf({}, { metadata: { team: "sales" } }), ': removes metadata team "sales".');
  });

  it("shows keys with names of Object.prototype like others", () => {
    assert.equal(changesOf({ metadata: { constructor: "a" } }, {}), ': adds metadata constructor "a".');
    assert.equal(changesOf({}, { metadata: { toString: "a" } }), ': removes metadata toString "a".');
  });

  it("cuts values of more than 60 characters, and no character in two", () => {
    const shown = `${"x".repeat(59)}🔑`;
    assert.equal(changesOf({ name: shown }, {}), `: name "Single sign-on" → "${shown}".`);
    assert.equal(changesOf({ name: `${shown}y` }, {}), `: name "Single sign-on" → "${shown}…".`);
  });

  it("names secret properties without their values, old or new", () => {
    const inputs = { name: "new-secret", metadata: { token: "new-secret" } };
    const existing = { name: "old-secret", metadata: { token: "old-secret" } };
    assert.equal(changesOf(inputs, existing, ["name", "metadata"]), ": changes the name, changes metadata token.");
    assert.equal(changesOf(inputs, {}, ["name", "metadata"]), ": changes the name, adds metadata token.");
    assert.equal(changesOf({}, {}, ["name", "metadata"]), ".");
  });
});

describe("The error of a rejected create", () => {
  const rejectionOf = (existing: Partial<StripeFeature>, facts: FeatureCreateFacts = owned) => {
    const plan = planCreate(sso, { ...equal, ...existing }, facts);
    assert.ok(plan.action === "reject");
    return plan.error;
  };
  const what = 'Feature "sso" (lookup key "sso"): an active feature already has this lookup key: feat_1, ';

  it("says what an adoption would change", () => {
    const { kind, message } = rejectionOf({ marker: undefined, name: "SSO" });
    assert.equal(kind, "alreadyExists");
    assert.equal(message, `${what}without a marker. To adopt it would change it: name "SSO" → "Single sign-on"`);
  });

  it("says nothing of changes where the marker alone differs", () => {
    assert.equal(rejectionOf({ marker: "a/b/c" }).message, `${what}with the marker of a/b/c`);
  });

  it("shows no secret value", () => {
    const secrets = new Set(["name"]);
    const { message } = rejectionOf({ marker: undefined, name: "old-secret" }, { ...owned, secrets });
    assert.equal(message, `${what}without a marker. To adopt it would change it: changes the name`);
  });
});
