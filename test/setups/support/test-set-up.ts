import assert from "node:assert/strict";
import { featureContract, productFeatureContract } from "../../../provider/dynamic/contract";
import { severalCommands } from "../../support/pulumi";
import { Program, product } from "./program";
import type { SetUp } from "./set-up";

/** Milliseconds for an installation that downloads everything, or for some commands. */
export const setUpTimeout = severalCommands;

/** Returns a program with the feature `sso`, attached to the product. */
export const feature = (name: string) => `
import { Feature, ProductFeature } from "pulumi-stripe-entitlements";
const sso = new Feature("sso", { lookupKey: "sso", name: "${name}", metadata: { team: "identity" } });
new ProductFeature("team-sso", { product: "${product}", entitlementFeature: sso.id });
`;

/** Tests a stack from the first `up` to `destroy` in one set-up. `write` writes the program. */
export function testSetUp(
  setUp: SetUp,
  write: (program: Program, name: string) => Promise<void> = (program, name) => program.write(feature(name)),
): void {
  describe(`Set-up ${setUp.name}`, function () {
    this.timeout(setUpTimeout);
    let program: Program;
    let id = "";

    before("an installation", async () => {
      program = await Program.start(setUp);
      await write(program, "Single sign-on");
    });

    after(async () => program?.[Symbol.asyncDispose]());

    const features = () =>
      program.dashboard.features().map(({ name, active, metadata }) => ({ name, active, metadata: { ...metadata } }));
    const attached = () =>
      program.dashboard.productFeatures(product).map(({ entitlement_feature }) => entitlement_feature.id);
    const metadata = { team: "identity", pulumi_owner: "acme/dev/sso" };

    it("creates a feature and attaches it", async () => {
      await program.must(["up"]);
      assert.deepEqual(features(), [{ name: "Single sign-on", active: true, metadata }]);
      id = program.dashboard.features()[0]?.id ?? "";
      assert.deepEqual(attached(), [id]);
    });

    it("writes the constant provider texts to the state", async () => {
      const texts = (await program.resources()).map(({ type, inputs, outputs }) => [
        type,
        inputs?.["__provider"],
        outputs?.["__provider"],
      ]);
      const expected = [featureContract, productFeatureContract].map(({ type, provider }) => [
        type,
        provider,
        provider,
      ]);
      assert.deepEqual(texts, expected);
    });

    it("shows no change in a preview with a refresh", async () => {
      await program.must(["preview", "--refresh", "--expect-no-changes"]);
    });

    it("renames the feature in place", async () => {
      await write(program, "SSO");
      await program.must(["up", "--skip-preview"]);
      assert.deepEqual(features(), [{ name: "SSO", active: true, metadata }]);
      assert.deepEqual(attached(), [id]);
    });

    it("detaches and archives with destroy", async () => {
      await program.must(["destroy", "--skip-preview"]);
      assert.deepEqual(features(), [{ name: "SSO", active: false, metadata }]);
      assert.deepEqual(attached(), []);
      assert.deepEqual(await program.resources(), []);
    });
  });
}

/**
 * Tests that a preview fails in a set-up, before anything changes. `title` says why, and `reason`
 * matches the output.
 */
export function testFailure(setUp: SetUp, title: string, reason: RegExp, program: string = feature("SSO")): void {
  describe(`Set-up ${setUp.name}`, function () {
    this.timeout(setUpTimeout);

    it(`fails: ${title}`, async () => {
      await using stack = await Program.start(setUp);
      await stack.write(program);
      const { exitCode, output } = await stack.run(["preview"]);
      assert.notEqual(exitCode, 0, output);
      assert.match(output, reason);
      assert.deepEqual(stack.dashboard.features(), []);
    });
  });
}
