import assert from "node:assert/strict";
import { isPartialUpdateError } from "../../../../provider/lifecycle/errors";
import { feature } from "../../../../provider/lifecycle/feature";
import type { FeatureInputs } from "../../../../provider/lifecycle/feature/properties";
import type { FeatureState } from "../../../../provider/lifecycle/feature/state";
import { declareFeature } from "../../../support/declare";
import { entitlementsRejection, rejection } from "../../../support/rejection";
import { type ContextOptions, setup, type TestContext, type TestEnvironment } from "../../../support/test-environment";

const owner = "shop/dev/sso";
const foreign = "shop/staging/sso";
const sso = { lookupKey: "sso", name: "Single sign-on", owner };
const post = "POST /v1/entitlements/features/:id";

const imported = { lookupKey: "sso" } as FeatureState;

const markerOf = (env: TestEnvironment, id: string) => env.dashboard.feature(id)?.metadata["pulumi_owner"];
const isActive = (env: TestEnvironment, id: string) => env.dashboard.feature(id)?.active;

/** Compares and updates a resource that is in the state, as an `up` does. */
async function up(context: TestContext, id: string, olds: FeatureState, declared: FeatureInputs) {
  const { owner: declaredOwner, ...news } = declared;
  const checked = feature.check(context, { owner: declaredOwner, olds: {}, news });
  const inputs = checked.inputs as unknown as FeatureInputs;
  const { changed } = feature.diff(context, id, olds, inputs);
  return changed.length > 0 ? feature.update(context, id, olds, inputs) : olds;
}

/** Reads a resource, and compares it with its inputs in the state, as a refresh does. */
async function refresh(context: TestContext, id: string, olds: FeatureState) {
  const found = await feature.read(context, id, olds);
  if (found !== undefined) feature.diff(context, id, found.props, found.inputs);
  return found?.props;
}

describe("A feature of a stack without markers that another stack adopts", () => {
  const none = { local: { ownership: "none" } } satisfies ContextOptions;

  async function takenOver(env: TestEnvironment) {
    const { id, outs } = await declareFeature(env.createContext(none), sso);
    await declareFeature(env.createContext(), { ...sso, owner: foreign, adopt: "unowned" });
    env.emulator.requests.clear();
    return { id, outs, before: env.dashboard.feature(id) };
  }

  it("is treated as deleted by a refresh, with a line that names the other stack", async () => {
    await using env = await setup();
    const { id, outs } = await takenOver(env);
    const context = env.createContext(none);
    assert.equal(await refresh(context, id, outs), undefined);
    assert.match(context.logged.join(), /was taken over by shop\/staging\/sso/);
  });

  it("is not archived by a delete", async () => {
    await using env = await setup();
    const { id, outs, before } = await takenOver(env);
    await feature.delete(env.createContext(none), id, outs);
    assert.deepEqual(env.dashboard.feature(id), before);
  });

  it("keeps the marker in an up that sees it, and the next one is rejected", async () => {
    await using env = await setup();
    const { id, outs } = await takenOver(env);
    const renamed = { ...sso, name: "SSO" };
    const error = await rejection(up(env.createContext(none), id, outs, renamed));
    assert.ok(isPartialUpdateError(error), String(error));
    assert.equal(error.cause.kind, "alreadyExists");
    assert.match(error.message, /belongs to another stack, because its marker is shop\/staging\/sso/);
    assert.deepEqual(env.requests, [post]);
    const kept = error.state as unknown as FeatureState;
    assert.equal((await entitlementsRejection(up(env.createContext(none), id, kept, renamed))).kind, "alreadyExists");
    await feature.delete(env.createContext(none), id, kept);
    assert.deepEqual([markerOf(env, id), isActive(env, id)], [foreign, true]);
  });

  it("keeps the marker in the first up after the stack wrote markers, or got the feature", async () => {
    await using env = await setup();
    const { id, outs } = await declareFeature(env.context, sso);
    env.dashboard.setMetadata(id, { pulumi_owner: foreign });
    env.emulator.requests.clear();
    const error = await entitlementsRejection(up(env.createContext(none), id, outs, sso));
    assert.equal(error.kind, "alreadyExists");
    assert.equal(markerOf(env, id), foreign);
    assert.deepEqual(env.requests, ["GET /v1/entitlements/features/:id"]);
  });

  it('loses the marker with adopt: "any"', async () => {
    await using env = await setup();
    const { id, outs } = await takenOver(env);
    const state = await up(env.createContext(none), id, outs, { ...sso, name: "SSO", adopt: "any" });
    assert.equal(markerOf(env, id), undefined);
    assert.ok(!("marker" in state));
  });
});

describe("A feature whose marker was removed by hand and refreshed", () => {
  async function unmarked(env: TestEnvironment) {
    const { id, outs } = await declareFeature(env.context, sso);
    env.dashboard.setMetadata(id, {});
    const state = await refresh(env.createContext(), id, outs);
    assert.ok(state !== undefined);
    return { id, outs, state };
  }

  it("keeps its owner, and is updated with one request", async () => {
    await using env = await setup();
    const { id, outs, state } = await unmarked(env);
    assert.deepEqual(state, { ...outs, marker: "" });
    env.emulator.requests.clear();
    assert.deepEqual(await up(env.createContext(), id, state, sso), outs);
    assert.equal(markerOf(env, id), owner);
    assert.deepEqual(env.requests, [post]);
  });

  it("has no difference once somebody has restored the marker", async () => {
    await using env = await setup();
    const { id, outs, state } = await unmarked(env);
    env.dashboard.setMetadata(id, { pulumi_owner: owner });
    assert.deepEqual(await refresh(env.createContext(), id, state), outs);
  });

  it("is treated as deleted by a refresh once another stack has adopted it", async () => {
    await using env = await setup();
    const { id, state } = await unmarked(env);
    await declareFeature(env.createContext(), { ...sso, owner: foreign, adopt: "unowned" });
    assert.equal(await refresh(env.createContext(), id, state), undefined);
  });

  it("is not archived once another stack has adopted it", async () => {
    await using env = await setup();
    const { id, state } = await unmarked(env);
    await declareFeature(env.createContext(), { ...sso, owner: foreign, adopt: "unowned" });
    await feature.delete(env.createContext(), id, state);
    assert.deepEqual([markerOf(env, id), isActive(env, id)], [foreign, true]);
  });

  it("is archived by a delete as long as it has no marker", async () => {
    await using env = await setup();
    const { id, state } = await unmarked(env);
    await feature.delete(env.createContext(), id, state);
    assert.equal(isActive(env, id), false);
  });
});

describe("An imported feature with the marker of another stack", () => {
  function createForeign(env: TestEnvironment) {
    return env.dashboard.createFeature({ lookupKey: "sso", name: "Theirs", metadata: { pulumi_owner: foreign } });
  }

  it("is rejected by an up, with the ways forward, and does not change", async () => {
    await using env = await setup();
    const before = createForeign(env);
    const error = await entitlementsRejection(up(env.context, before.id, imported, sso));
    assert.equal(error.kind, "alreadyExists");
    assert.equal(
      error.message,
      `Feature "sso" (${before.id}, lookup key "sso"): belongs to another stack, because its marker is ${foreign}`,
    );
    assert.match(error.hint ?? "", /`pulumi state delete`.*read it with `get`.*adopt: "any"/);
    assert.deepEqual(env.dashboard.feature(before.id), before);
  });

  it("is kept by refreshes, rejected by the next up, and does not change", async () => {
    await using env = await setup();
    const before = createForeign(env);
    const once = await refresh(env.createContext(), before.id, imported);
    const twice = once && (await refresh(env.createContext(), before.id, once));
    assert.ok(twice !== undefined && !("owner" in twice));
    assert.equal(twice.marker, foreign);
    assert.equal((await entitlementsRejection(up(env.createContext(), before.id, twice, sso))).kind, "alreadyExists");
    await feature.delete(env.createContext(), before.id, twice);
    assert.deepEqual(env.dashboard.feature(before.id), before);
  });

  it("is left to its stack when the program declares another lookup key", async () => {
    await using env = await setup();
    const before = createForeign(env);
    const state = await refresh(env.createContext(), before.id, imported);
    assert.ok(state !== undefined);
    const context = env.createContext();
    const saml = { ...sso, lookupKey: "saml" };
    feature.check(context, { owner, olds: sso, news: { lookupKey: "saml", name: sso.name } });
    assert.deepEqual(feature.diff(context, before.id, state, saml).replaces, ["lookupKey"]);
    await feature.create(context, saml);
    await feature.delete(context, before.id, state);
    assert.deepEqual(env.dashboard.feature(before.id), before);
  });

  it("may change hands", async () => {
    await using env = await setup();
    const { id } = createForeign(env);
    const state = await refresh(env.createContext(), id, imported);
    env.dashboard.setMetadata(id, { pulumi_owner: "shop/production/sso" });
    const after = state && (await refresh(env.createContext(), id, state));
    assert.equal(after?.marker, "shop/production/sso");
  });

  for (const [name, declared, options] of [
    ['adopt: "any"', { ...sso, adopt: "any" }, {}],
    ['the setting adopt "any"', sso, { local: { adopt: "any" } }],
  ] as const) {
    it(`is taken over by an up with ${name}, also after a refresh`, async () => {
      await using env = await setup();
      const { id } = createForeign(env);
      const refreshed = await refresh(env.createContext(options), id, imported);
      assert.ok(refreshed !== undefined);
      for (const olds of [imported, refreshed]) {
        env.dashboard.setMetadata(id, { pulumi_owner: foreign });
        const state = await up(env.createContext(options), id, olds, declared);
        assert.equal(state.owner, owner);
        assert.ok(!("marker" in state));
        assert.equal(markerOf(env, id), owner);
        assert.deepEqual(await refresh(env.createContext(options), id, state), state);
      }
    });
  }

  it("is rejected by an up of a stack without markers, also after a refresh", async () => {
    await using env = await setup();
    const before = createForeign(env);
    const context = () => env.createContext({ local: { ownership: "none" } });
    const refreshed = await refresh(context(), before.id, imported);
    assert.ok(refreshed !== undefined);
    for (const olds of [imported, refreshed]) {
      assert.equal((await entitlementsRejection(up(context(), before.id, olds, sso))).kind, "alreadyExists");
    }
    assert.deepEqual(env.dashboard.feature(before.id), before);
  });
});

describe("A feature with the marker of another resource of its stack", () => {
  const other = "shop/dev/other";

  it("stays in the state after a refresh, and gets its own marker from the next up", async () => {
    await using env = await setup();
    const { id, outs } = await declareFeature(env.context, sso);
    env.dashboard.setMetadata(id, { pulumi_owner: other });
    const state = await refresh(env.createContext(), id, outs);
    assert.deepEqual(state, { ...outs, marker: other });
    assert.deepEqual(await up(env.createContext(), id, state, sso), outs);
    assert.equal(markerOf(env, id), owner);
  });

  it("only changes its owner when that resource is this one under its new name", async () => {
    await using env = await setup();
    const { id, outs } = await declareFeature(env.context, sso);
    env.dashboard.setMetadata(id, { pulumi_owner: other });
    const state = await refresh(env.createContext(), id, outs);
    assert.ok(state !== undefined);
    env.emulator.requests.clear();
    assert.deepEqual(await up(env.createContext(), id, state, { ...sso, owner: other }), { ...outs, owner: other });
    assert.deepEqual(env.requests, []);
  });

  it("is not archived by a delete", async () => {
    await using env = await setup();
    const { id, outs } = await declareFeature(env.context, sso);
    env.dashboard.setMetadata(id, { pulumi_owner: other });
    await feature.delete(env.createContext(), id, outs);
    assert.equal(isActive(env, id), true);
  });
});

describe("A feature of a renamed stack whose run was killed", () => {
  const renamed = { ...sso, owner: "shop/development/sso" };

  /** The state has the old name of the stack, and Stripe the new one. */
  async function killed(env: TestEnvironment) {
    const { id, outs } = await declareFeature(env.context, sso);
    env.dashboard.setMetadata(id, { pulumi_owner: renamed.owner });
    const context = env.createContext();
    context.stackMarkers.recordOwner("shop/development/api");
    return { id, outs, context };
  }

  it("stays in the state where the run knows the new name, and is then up to date", async () => {
    await using env = await setup();
    const { id, outs, context } = await killed(env);
    const state = await refresh(context, id, outs);
    assert.deepEqual(state, { ...outs, marker: renamed.owner });
    assert.deepEqual(await up(env.createContext(), id, state, renamed), { ...outs, owner: renamed.owner });
  });

  it("is archived by a delete where the run knows the new name", async () => {
    await using env = await setup();
    const { id, outs, context } = await killed(env);
    await feature.delete(context, id, outs);
    assert.equal(isActive(env, id), false);
  });

  it("is not archived by a delete where it carries another resource's marker", async () => {
    await using env = await setup();
    const { id, outs, context } = await killed(env);
    env.dashboard.setMetadata(id, { pulumi_owner: "shop/development/other" });
    await feature.delete(context, id, outs);
    assert.equal(isActive(env, id), true);
  });
});

describe("Feature.update after a refusal", () => {
  it("does not overwrite the marker of a stack that has taken the feature over", async () => {
    await using env = await setup();
    const { id, outs } = await declareFeature(env.context, sso);
    const full = Object.fromEntries(Array.from({ length: 49 }, (_, n) => [`theirs-${n}`, "v"]));
    env.dashboard.setMetadata(id, { ...full, pulumi_owner: foreign });
    const before = env.dashboard.feature(id);
    const news = { ...sso, metadata: { team: "identity", tier: "1" } };
    assert.equal((await entitlementsRejection(up(env.createContext(), id, outs, news))).kind, "alreadyExists");
    assert.deepEqual(env.dashboard.feature(id), before);
    await up(env.createContext(), id, outs, { ...news, adopt: "any" });
    assert.deepEqual(env.dashboard.feature(id)?.metadata, { ...news.metadata, pulumi_owner: owner });
  });
});

describe("Feature.read", () => {
  it("records the features that the state holds, before it waits for Stripe", async () => {
    await using env = await setup();
    const { id, outs } = await declareFeature(env.context, sso);
    const { owner: _, ...unowned } = outs;
    const states: [Partial<FeatureState>, "metadata" | "none", boolean][] = [
      [outs, "metadata", true],
      [{ ...outs, marker: "" }, "metadata", true],
      [unowned, "none", true],
      // As after a `get`.
      [unowned, "metadata", false],
      [{ ...unowned, marker: foreign }, "none", false],
      [{}, "none", false],
    ];
    for (const [state, ownership, isHeld] of states) {
      const context = env.createContext({ local: { ownership } });
      const reading = feature.read(context, id, state);
      assert.equal(context.stackMarkers.isLostFeature(id, foreign), isHeld, JSON.stringify(state));
      await reading;
    }
  });

  it("keeps the feature of a state that an earlier version wrote without an owner", async () => {
    await using env = await setup();
    const { id, outs } = await declareFeature(env.context, sso);
    env.dashboard.setMetadata(id, {});
    const { owner: _, ...old } = outs;
    assert.deepEqual(await refresh(env.createContext(), id, old), old);
    assert.deepEqual(await up(env.createContext(), id, old, sso), outs);
    assert.equal(markerOf(env, id), owner);
  });
});
