import assert from "node:assert/strict";
import { isPartialUpdateError } from "../../../../provider/lifecycle/errors";
import { feature } from "../../../../provider/lifecycle/feature";
import { entitlementsRejection, rejection } from "../../../support/rejection";
import { localContext, setup } from "../../../support/test-environment";

const owner = "shop/production/sso";
const sso = { lookupKey: "sso", name: "Single sign-on", metadata: { team: "identity" }, owner };

/** Checks a feature. Returns the failures and the lines. */
function check(news: object, olds: object = {}) {
  const lines: string[] = [];
  const context = localContext({ log: (line) => void lines.push(line) });
  const { failures } = feature.check(context, { owner, olds: { ...olds }, news: { ...sso, ...news } });
  return { failures, lines };
}

describe("Feature.check of texts that Stripe may change", () => {
  for (const lookupKey of [" sso", "sso ", "\tsso", "sso\u00a0"]) {
    it(`rejects the lookup key ${JSON.stringify(lookupKey)}`, () => {
      const reason = "must not start or end with white space";
      assert.deepEqual(check({ lookupKey }).failures, [{ property: "lookupKey", reason }]);
    });
  }

  it("accepts a lookup key with outer white space that the last run declared", () => {
    assert.deepEqual(check({ lookupKey: " sso" }, { ...sso, lookupKey: " sso" }).failures, []);
  });

  for (const [where, news] of [
    ["name", { name: "Single sign-on " }],
    ["name", { name: "A\u0308rger" }],
    ["metadata team", { metadata: { team: " identity" } }],
  ] as const) {
    it(`warns of ${JSON.stringify(news)}, without the value, unless the last run declared it`, () => {
      const { failures, lines } = check(news);
      assert.deepEqual(failures, []);
      assert.equal(lines.length, 1);
      assert.match(lines[0] ?? "", new RegExp(`^Feature "sso" \\(lookup key "sso"\\): ${where} starts or ends with`));
      assert.deepEqual(check(news, { ...sso, ...news }).lines, []);
    });
  }

  it("says nothing about texts that Stripe cannot change", () => {
    assert.deepEqual(check({ name: "\u00c4rger  mit SSO" }), { failures: [], lines: [] });
  });
});

describe("A text that Stripe stores in another form", () => {
  const trimmed = { choices: { textNormalization: "trim" } } as const;

  it("is reported in a line after a create, without the value", async () => {
    await using env = await setup(trimmed);
    const { id, outs } = await feature.create(env.context, { ...sso, name: "X ", metadata: { team: " identity" } });
    assert.equal(outs.name, "X");
    assert.equal(env.context.logged.length, 1);
    assert.match(
      env.context.logged[0] ?? "",
      new RegExp(`${id}.*: Stripe stored another form of what was sent: name, metadata team\\. Declare these texts as`),
    );
  });

  it("fails an update, which stores what Stripe holds", async () => {
    await using env = await setup(trimmed);
    const { id, outs } = await feature.create(env.context, sso);
    const news = { ...sso, name: "SSO " };
    const error = await rejection(feature.update(env.context, id, outs, news));
    assert.ok(isPartialUpdateError(error), error.stack);
    assert.match(error.cause.message, /Stripe stored another form of what was sent: name$/);
    assert.equal(error.state["name"], "SSO");
    assert.equal(env.dashboard.feature(id)?.name, "SSO");
  });

  it("fails a create if it is the lookup key, and is adopted when it is declared as stored", async () => {
    await using env = await setup({ choices: { textNormalization: "nfc" } });
    const error = await entitlementsRejection(feature.create(env.context, { ...sso, lookupKey: "a\u0308" }));
    assert.match(error.message, /created as feat_\w+, but Stripe stored the lookup key as "\u00e4"/);
    const [created, ...others] = env.dashboard.features();
    assert.deepEqual(others, []);
    const { id } = await feature.create(env.createContext(), { ...sso, lookupKey: "\u00e4" });
    assert.equal(id, created?.id);
  });
});
