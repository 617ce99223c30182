import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { featureContract, productFeatureContract } from "../../provider/dynamic/contract";
import { type OlderTexts, olderTexts, olderVariants } from "../engine/older-texts";
import { describeInFullRun } from "../support/full-run";
import { type ExportedResource, severalCommands } from "../support/pulumi";
import { useStack } from "../support/stack";

const program = (name: string) => `
const sso = new Feature("sso", { lookupKey: "sso", name: "${name}" });
new ProductFeature("team-sso", { product: "prod_team", entitlementFeature: sso.id });
`;

for (const variant of olderVariants) {
  describeInFullRun(`State with the older ${variant} text`, function () {
    this.timeout(severalCommands);
    const stack = useStack({ products: ["prod_team"] });
    let older: OlderTexts;

    before(async () => {
      older = await olderTexts(variant);
      await stack().up(program("SSO"));
      const file = join(stack().directory, "stack.json");
      await stack().must(["stack", "export", "--file", file]);
      await writeFile(file, withTexts(await readFile(file, "utf8"), older));
      await stack().must(["stack", "import", "--file", file]);
      assert.deepEqual(await textsInState(), inInputsAndOutputs(older.feature, older.productFeature));
    });

    it("is refreshed without a change", async () => {
      await stack().must(["refresh", "--skip-preview", "--expect-no-changes"]);
      assert.deepEqual(await textsInState(), inInputsAndOutputs(older.feature, older.productFeature));
    });

    it("shows no change in `preview --refresh`", async () => {
      await stack().mustBeInLine();
    });

    it("repairs a feature that was renamed in the Dashboard", async () => {
      const id = await stack().idOf("sso");
      stack().dashboard.renameFeature(id, "Renamed by hand");
      await stack().up(undefined, "--refresh");
      assert.equal(stack().dashboard.feature(id)?.name, "SSO");
    });

    it("gets the current text when a resource is updated", async () => {
      const id = await stack().idOf("sso");
      await stack().up(program("Single sign-on"));
      assert.equal(stack().dashboard.feature(id)?.name, "Single sign-on");
      const { Feature, ProductFeature } = await textsInState();
      assert.deepEqual(Feature, { inputs: featureContract.provider, outputs: featureContract.provider });
      // The attachment was not updated. Its outputs hold the text that refresh and delete run.
      assert.equal(ProductFeature?.outputs, older.productFeature);
    });

    it("can be destroyed while it holds both texts", async () => {
      await stack().destroy();
      assert.deepEqual(stack().attached("prod_team"), []);
      assert.deepEqual(stack().dashboard.features({ archived: false }), []);
      assert.deepEqual(await stack().exported(), []);
    });

    /** Returns the texts in the state by the name of the resource's class. */
    async function textsInState() {
      const entries = (await stack().objects()).map(({ type, inputs, outputs }) => {
        const text = { inputs: inputs?.["__provider"], outputs: outputs?.["__provider"] };
        return [type.split(":").at(-1), text] as const;
      });
      return Object.fromEntries(entries);
    }
  });
}

/** Replaces the provider text of every resource in the output of `pulumi stack export`. */
function withTexts(exported: string, { feature, productFeature }: OlderTexts): string {
  const state: { readonly deployment: { readonly resources: ExportedResource[] } } = JSON.parse(exported);
  const texts: Readonly<Record<string, string>> = {
    [featureContract.type]: feature,
    [productFeatureContract.type]: productFeature,
  };
  const resources = state.deployment.resources.map((resource) => {
    const __provider = texts[resource.type];
    if (__provider === undefined) return resource;
    const { inputs, outputs } = resource;
    return { ...resource, inputs: { ...inputs, __provider }, outputs: { ...outputs, __provider } };
  });
  return JSON.stringify({ ...state, deployment: { ...state.deployment, resources } });
}

const inInputsAndOutputs = (feature: string, productFeature: string) => ({
  Feature: { inputs: feature, outputs: feature },
  ProductFeature: { inputs: productFeature, outputs: productFeature },
});
