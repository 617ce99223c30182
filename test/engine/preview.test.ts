import assert from "node:assert/strict";
import { runtime } from "@pulumi/pulumi";
import { type Engine, startEngine, stopEngines, timeout } from "../support/engine";
import { type PackageForm, packageForms } from "../support/package-forms";
import type { Props } from "../support/provider-process";

const unknown = runtime.unknownValue;
const sso = { lookupKey: "sso", name: "Single sign-on" };
const featureState = { ...sso, metadata: {}, active: true, livemode: false, account: "acct_1" };
const pair = { product: "prod_1", entitlementFeature: "feat_1" };
const pairState = { ...pair, lookupKey: "sso", livemode: false, account: "acct_1" };
const long = "x".repeat(81);

describe("check and diff", function () {
  this.timeout(timeout);
  let form: PackageForm;
  let engine: Engine;

  before(async () => {
    form = await packageForms.installed();
    engine = await startEngine(form);
  });

  after(stopEngines);

  // A preview calls them for one resource after another, so a request in each would take most of
  // its time.
  afterEach("no request was sent", () => {
    assert.deepEqual(engine.emulator.requests.entries, []);
  });

  const checkFeature = (news: Props) => engine.provider.check({}, form.feature(news));
  const checkPair = (news: Props) => engine.provider.check({}, form.productFeature(news));

  describe("with unknown values", () => {
    const features: Record<string, Props> = {
      "a name": { ...sso, name: unknown },
      "a lookup key": { ...sso, lookupKey: unknown },
      "all of the metadata": { ...sso, metadata: unknown },
      "a value of the metadata": { ...sso, metadata: { team: unknown, stage: "beta" } },
      everything: { lookupKey: unknown, name: unknown, metadata: unknown },
    };

    for (const [what, news] of Object.entries(features)) {
      it(`accept ${what} of a feature`, async () => {
        assert.deepEqual(await checkFeature(news), { inputs: form.feature(news), failures: [] });
        const { changes } = await engine.provider.diff("feat_1", form.feature(featureState), form.feature(news));
        assert.equal(changes, true);
      });
    }

    for (const property of ["product", "entitlementFeature"]) {
      it(`accept the ${property} of an attachment`, async () => {
        const news = { ...pair, [property]: unknown };
        assert.deepEqual(await checkPair(news), { inputs: form.productFeature(news), failures: [] });
        const planned = await engine.provider.diff(
          "prodft_1",
          form.productFeature(pairState),
          form.productFeature(news),
        );
        assert.deepEqual(planned, { changes: true, replaces: [property], deleteBeforeReplace: false });
      });
    }

    it("reject known values that are wrong", async () => {
      const { failures } = await checkFeature({ lookupKey: unknown, name: long, metadata: { a: unknown, b: "" } });
      assert.deepEqual(failures, [
        { property: "name", reason: "must not be longer than 80 characters" },
        { property: "metadata", reason: '"b": must not be empty' },
      ]);
    });

    it("reject an unknown value of a property that does not exist", async () => {
      const { failures } = await checkFeature({ ...sso, lookup_key: unknown });
      assert.deepEqual(failures, [{ property: "lookup_key", reason: "is not a property of this resource" }]);
    });
  });

  describe("with invalid values", () => {
    const rejected: readonly [string, Props, string, RegExp][] = [
      ["a missing name", { lookupKey: "sso" }, "name", /^is required$/],
      ["an empty lookup key", { ...sso, lookupKey: "" }, "lookupKey", /^must not be empty$/],
      ["a long lookup key", { ...sso, lookupKey: long }, "lookupKey", /^must not be longer than 80 characters$/],
      ["a name that is a number", { ...sso, name: 7 }, "name", /^must be a string$/],
      ["metadata that is a string", { ...sso, metadata: "team" }, "metadata", /^must be a map of strings$/],
      ["metadata that is a list", { ...sso, metadata: ["team"] }, "metadata", /^must be a map of strings$/],
      [
        "a metadata value that is a number",
        { ...sso, metadata: { size: 7 } },
        "metadata",
        /^"size": must be a string$/,
      ],
      ["a metadata value that is null", { ...sso, metadata: { size: null } }, "metadata", /^"size": must be a string$/],
      ["a long metadata value", { ...sso, metadata: { a: "x".repeat(501) } }, "metadata", /^"a": .*500 characters$/],
      ["a metadata key in brackets", { ...sso, metadata: { "a[b]": "c" } }, "metadata", /^"a\[b\]": .*\[ or \]$/],
      ["the provider's own metadata key", { ...sso, metadata: { pulumi_owner: "me" } }, "metadata", /provider's own$/],
      [
        "50 metadata keys next to the marker",
        { ...sso, owner: "o", metadata: keys(50) },
        "metadata",
        /^has 50 keys, at most 49/,
      ],
      ["51 metadata keys", { ...sso, metadata: keys(51) }, "metadata", /^has 51 keys, at most 50 fit$/],
      ["a property that only Stripe sets", { ...sso, active: true }, "active", /^is not a property of this resource$/],
    ];

    for (const [what, news, property, reason] of rejected) {
      it(`name the property and the reason for ${what}`, async () => {
        const { failures } = await checkFeature(news);
        assert.deepEqual(
          failures.map((failure) => failure.property),
          [property],
        );
        assert.match(failures[0]?.reason ?? "", reason);
      });
    }

    it("name the property that has a lookup key instead of the id of a feature", async () => {
      const { failures } = await checkPair({ ...pair, entitlementFeature: "sso" });
      assert.deepEqual(
        failures.map(({ property }) => property),
        ["entitlementFeature"],
      );
      assert.match(failures[0]?.reason ?? "", /must be the id of a feature \(feat_…\), not its lookup key/);
    });

    for (const product of ["", ".", ".."]) {
      it(`name the property product when it is ${JSON.stringify(product)}`, async () => {
        const { failures } = await checkPair({ ...pair, product });
        assert.deepEqual(
          failures.map(({ property }) => property),
          ["product"],
        );
      });
    }

    it("name every property that is wrong", async () => {
      const { failures } = await checkFeature({ name: "", metadata: { a: "" } });
      assert.deepEqual(
        failures.map(({ property }) => property),
        ["lookupKey", "name", "metadata"],
      );
    });
  });

  it("accept texts of 80 characters, and 49 metadata keys next to the marker", async () => {
    const news = { lookupKey: "\u{1F511}".repeat(80), name: "ä".repeat(80), metadata: keys(49), owner: "o" };
    assert.deepEqual((await checkFeature(news)).failures, []);
  });

  it("treat null as a property that is left out", async () => {
    const checked = await checkFeature({ ...sso, metadata: null });
    assert.deepEqual(checked, { inputs: form.feature(sso), failures: [] });
  });

  it("replace a feature when its lookup key changes, the new one first", async () => {
    const news = form.feature({ ...sso, lookupKey: "single-sign-on" });
    const planned = await engine.provider.diff("feat_1", form.feature(featureState), news);
    assert.deepEqual(planned, { changes: true, replaces: ["lookupKey"], deleteBeforeReplace: false });
  });

  it("plan no change for another __provider text", async () => {
    const olds = { ...featureState, __provider: "exports.handler = () => ({});" };
    const planned = await engine.provider.diff("feat_1", olds, form.feature(sso));
    assert.equal(planned.changes, false);
  });
});

function keys(count: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`key-${index}`, "value"]));
}
