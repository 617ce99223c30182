import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { ProviderContext } from "../../../../provider/lifecycle/context";
import { feature } from "../../../../provider/lifecycle/feature";
import { createFacts } from "../../../../provider/lifecycle/feature/create-facts";
import type { FeatureInputs } from "../../../../provider/lifecycle/feature/properties";
import type { FeatureState } from "../../../../provider/lifecycle/feature/state";
import { unknownValue } from "../../../../provider/lifecycle/inputs";
import { ProgramActivity } from "../../../../provider/lifecycle/run/program-activity";
import { declareFeature } from "../../../support/declare";
import { entitlementsRejection } from "../../../support/rejection";
import { localContext, setup, type TestEnvironment } from "../../../support/test-environment";

const holder = "shop/production/sso";
const owner = "shop/production/single-sign-on";
const inputs = { lookupKey: "sso", name: "Single sign-on", owner };
const held = { ...inputs, owner: holder };
const existing = {
  ...{ id: "feat_1", lookupKey: "sso", name: "Single sign-on", metadata: {}, marker: holder },
  ...{ active: true, livemode: false },
};
const heldState: FeatureState = { ...held, metadata: {}, active: true, livemode: false };

/** Checks a resource as the engine does. */
function check(context: Parameters<typeof feature.check>[0], declared: FeatureInputs, olds = {}) {
  const { owner: checked, ...news } = declared;
  return feature.check(context, { owner: checked, olds, news });
}

describe("createFacts", () => {
  const isReleased = (
    declare: (context: ReturnType<typeof localContext>) => unknown,
    marker: string | undefined = holder,
    isQuiet = true,
  ) => {
    const context = localContext();
    check(context, inputs);
    declare(context);
    return createFacts(context, { ...existing, marker }, inputs, [], { isQuiet }).isReleased;
  };
  const nothing = () => undefined;

  it("says that an undeclared resource has released the feature, once the program is quiet", () => {
    assert.equal(isReleased(nothing), true);
    assert.equal(isReleased(nothing, holder, false), false);
  });

  it("says so of a resource that declares another key", () => {
    assert.equal(
      isReleased((context) => check(context, { ...held, lookupKey: "saml" })),
      true,
    );
  });

  it("does not say so of a resource that declares the same key", () => {
    assert.equal(
      isReleased((context) => check(context, held, held)),
      false,
    );
    assert.equal(
      isReleased((context) => check(context, held)),
      false,
    );
  });

  it("does not say so of a resource whose key is not known, until it is", () => {
    const unknown = { ...held, lookupKey: unknownValue };
    assert.equal(
      isReleased((context) => check(context, unknown, held)),
      false,
    );
    const known = { ...held, lookupKey: "saml" };
    assert.equal(
      isReleased((context) => [check(context, unknown, held), check(context, known)]),
      true,
    );
  });

  it("does not say so of a resource that is invalid for another reason", () => {
    assert.equal(
      isReleased((context) => check(context, { ...held, name: "" })),
      false,
    );
  });

  it("does not say so of a feature that a diff keeps, whatever its marker", () => {
    const renamed = { ...held, owner: "shop/production/renamed" };
    const keep = (context: ReturnType<typeof localContext>) => {
      check(context, renamed, held);
      feature.diff(context, existing.id, heldState, renamed);
    };
    assert.equal(isReleased(keep), false);
  });

  it("says so before the program is quiet of a feature that a diff replaces", () => {
    const saml = { ...held, lookupKey: "saml" };
    const replace = (context: ReturnType<typeof localContext>) => feature.diff(context, existing.id, heldState, saml);
    assert.equal(isReleased(replace, holder, false), true);
    assert.equal(isReleased(replace, undefined, false), true);
    assert.equal(isReleased(replace, "shop/staging/sso", false), false);
  });

  it("does not say so of a feature that was created or adopted in this run", () => {
    const manage = ({ declarations }: ReturnType<typeof localContext>) =>
      declarations.features.recordManagedId("sso", existing.id);
    assert.equal(isReleased(manage), false);
  });

  for (const marker of [undefined, owner, "shop/staging/sso", "other/production/sso"]) {
    it(`does not say so of a feature with the marker ${marker}`, () => {
      const context = localContext();
      check(context, inputs);
      assert.equal(createFacts(context, { ...existing, marker }, inputs, [], { isQuiet: true }).isReleased, false);
    });
  }

  it("does not say so in a stack without markers", () => {
    const { owner: _, ...unmarked } = inputs;
    const context = localContext({ ownership: "none" });
    assert.equal(createFacts(context, existing, unmarked, [], { isQuiet: true }).isReleased, false);
  });
});

describe("A create that finds the feature of another resource", () => {
  const busyContext = (env: TestEnvironment) =>
    env.createContext({ local: { programActivity: new ProgramActivity() } });
  const createHeld = (env: TestEnvironment) => declareFeature(env.context, held);

  /** Declares other resources until the promise settles. */
  const keepBusy = async (context: ProviderContext, until: Promise<unknown>) => {
    let isSettled = false;
    const settle = () => {
      isSettled = true;
    };
    until.then(settle, settle);
    for (let n = 0; !isSettled; n += 1) {
      check(context, { lookupKey: `other-${n}`, name: "Other", owner: `shop/production/other-${n}` });
      await sleep(20);
    }
  };

  it("waits until the program is quiet, and rejects when the resource is declared by then", async () => {
    await using env = await setup();
    const { id, outs } = await createHeld(env);
    const context = busyContext(env);
    const created = entitlementsRejection(declareFeature(context, inputs));
    // The duplicate is rejected, too. The engine continues with what it has checked.
    await sleep(100);
    assert.equal(check(context, held, held).failures.length, 1);
    assert.match((await created).message, new RegExp(`: not created, because ${holder} declares it too$`));
    assert.equal(env.dashboard.feature(id)?.metadata["pulumi_owner"], outs.owner);
  });

  it("adopts at once what a diff has replaced while the program is not quiet", async () => {
    await using env = await setup();
    const { id, outs } = await createHeld(env);
    const context = busyContext(env);
    feature.diff(context, id, outs, { ...held, lookupKey: "saml" });
    const start = performance.now();
    const created = declareFeature(context, inputs);
    await keepBusy(context, created);
    assert.equal((await created).id, id);
    assert.ok(performance.now() - start < 500);
  });

  it("waits no longer than a second for a program that keeps declaring resources", async () => {
    await using env = await setup();
    const { id } = await createHeld(env);
    const context = busyContext(env);
    const start = performance.now();
    const created = declareFeature(context, inputs);
    await keepBusy(context, created);
    assert.equal((await created).id, id);
    const elapsed = performance.now() - start;
    assert.ok(elapsed >= 900 && elapsed < 5_000, `${elapsed} ms`);
  });
});
