import assert from "node:assert/strict";
import { feature } from "../../../../provider/lifecycle/feature";
import { unknownValue } from "../../../../provider/lifecycle/inputs";
import { entitlementsRejection } from "../../../support/rejection";
import { type ContextOptions, setup, type TestEnvironment } from "../../../support/test-environment";

const [owner, foreign] = ["shop/dev/sso", "shop/staging/sso"];
const declared = { lookupKey: "sso", name: "Single sign-on" };

interface Import extends ContextOptions {
  readonly marker?: string;
  readonly news?: object;
}

/** Reads and checks a feature in one run, as the plugin does when the engine imports it. */
async function importFeature(env: TestEnvironment, { marker, news = declared, ...options }: Import) {
  const metadata = marker === undefined ? {} : { pulumi_owner: marker };
  const { id } = env.dashboard.createFeature({ ...declared, metadata });
  const context = env.createContext(options);
  const found = await feature.read(context, id, {});
  return {
    id,
    check: async () =>
      feature.check(context, { owner, olds: declared, news: { ...declared, ...news } }, found).failures,
  };
}

describe("Feature.check of a feature that the run imports", () => {
  it("rejects one with the marker of another stack, and names the ways forward", async () => {
    await using env = await setup();
    const { id, check } = await importFeature(env, { marker: foreign });
    const error = await entitlementsRejection(check());
    assert.equal(error.kind, "alreadyExists");
    assert.equal(
      error.message,
      `Feature "sso" (${id}, lookup key "sso"): belongs to another stack, because its marker is ${foreign}`,
    );
    assert.match(error.hint ?? "", /read it with `get`.*adopt: "any"/);
    // `pulumi import` and a preview leave nothing in the state.
    assert.doesNotMatch(error.hint ?? "", /state delete/);
  });

  it("rejects one with a marker in a stack without markers", async () => {
    await using env = await setup();
    const { check } = await importFeature(env, { marker: foreign, local: { ownership: "none" } });
    assert.equal((await entitlementsRejection(check())).kind, "alreadyExists");
  });

  it("says that the policy is invalid instead", async () => {
    await using env = await setup();
    const { check } = await importFeature(env, { marker: foreign, news: { adopt: "Any" } });
    const [failure] = await check();
    assert.equal(failure?.property, "adopt");
  });

  for (const [title, options] of [
    ['one of another stack with adopt: "any"', { marker: foreign, news: { adopt: "any" } }],
    ['one of another stack with the setting adopt "any"', { marker: foreign, local: { adopt: "any" } }],
    ["one of another stack whose policy is not known yet", { marker: foreign, news: { adopt: unknownValue } }],
    ["one of another resource of its stack", { marker: "shop/dev/other" }],
    ["one without a marker", {}],
  ] as const satisfies readonly (readonly [string, Import])[]) {
    it(`accepts ${title}`, async () => {
      await using env = await setup();
      const { check } = await importFeature(env, options);
      assert.deepEqual(await check(), []);
    });
  }
});
