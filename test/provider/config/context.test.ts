import assert from "node:assert/strict";
import { createContext } from "../../../provider/config/context";
import { createLocalContext } from "../../../provider/config/local-context";

const settings = { apiKey: "sk_test_madeUp1" };

describe("createLocalContext", () => {
  it("applies the defaults", () => {
    const { ownership, adopt, archiveWhileAttached, expected, keyMode } = createLocalContext(settings, () => undefined);
    assert.deepEqual(
      { ownership, adopt, archiveWhileAttached, expected, keyMode },
      {
        ownership: "metadata",
        adopt: "owned",
        archiveWhileAttached: false,
        expected: { account: undefined, mode: undefined },
        keyMode: "test",
      },
    );
  });

  it("applies the settings", () => {
    const local = createLocalContext(
      {
        apiKey: "sk_live_madeUp1",
        ownership: "none",
        adopt: "any",
        archiveWhileAttached: "true",
        account: "acct_1",
        mode: "live",
      },
      () => undefined,
    );
    assert.deepEqual([local.ownership, local.adopt, local.archiveWhileAttached], ["none", "any", true]);
    assert.deepEqual(local.expected, { account: "acct_1", mode: "live" });
    assert.equal(local.keyMode, "live");
  });

  for (const [apiBase, isLocalServer] of [
    ["http://127.0.0.1:12180", true],
    ["http://localhost:12180", true],
    ["https://api.stripe.com", false],
    [undefined, false],
  ] as const) {
    it(`knows whether ${apiBase ?? "the server of Stripe"} is on this machine`, () => {
      assert.equal(createLocalContext({ ...settings, apiBase }, () => undefined).isLocalServer, isLocalServer);
    });
  }

  it("shares no records with another context", () => {
    const [one, other] = [createLocalContext(settings, () => undefined), createLocalContext(settings, () => undefined)];
    one.failures.record("Feature (feat_1)");
    one.declarations.features.record("sso", { owner: "shop/production/sso" });
    other.failures.assertNoFailure("Feature (feat_2)");
    assert.equal(other.declarations.features.record("sso", { owner: "shop/production/other" }), undefined);
  });
});

describe("createContext", () => {
  it("returns the local context with a client of its own", () => {
    const local = createLocalContext(settings, () => undefined);
    const [one, other] = [createContext(settings, local), createContext(settings, local)];
    assert.equal(one.failures, local.failures);
    assert.notEqual(one.stripe, other.stripe);
    assert.notEqual(one.lists, other.lists);
  });
});
