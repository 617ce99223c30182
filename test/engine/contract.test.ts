import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { patience } from "../support/engine";
import { type Form, forms } from "../support/provider-forms";

// What stands in the state of users' stacks: a change of any of these files strands them.
const golden = (file: string) => readFile(join(__dirname, "golden", file), "utf8");
const resources = { feature: "feature", productFeature: "product-feature" } as const;
const methods = ["check", "configure", "create", "delete", "diff", "read", "update"];

for (const [name, make] of Object.entries(forms)) {
  describe(`The state of a stack with the ${name} package`, function () {
    this.timeout(patience);
    let form: Form;

    before(async () => {
      form = await make();
    });

    for (const [resource, file] of Object.entries(resources) as ["feature" | "productFeature", string][]) {
      it(`holds the frozen text as __provider of a ${file}`, async () => {
        assert.equal(form.registered[resource].inputs.__provider, await golden(`${file}.${name}.txt`));
      });

      it(`names a module that has the frozen methods of a ${file} and nothing else`, () => {
        const subpath = `pulumi-stripe-entitlements/dynamic/${file}`;
        assert.ok(form.registered[resource].inputs.__provider.includes(`require("${subpath}")`));
        const module: object = createRequire(join(form.project, "index.js"))(subpath);
        assert.deepEqual(Object.keys(module).sort(), methods);
      });
    }

    it("holds the frozen type tokens", () => {
      const { feature, productFeature } = form.registered;
      assert.equal(feature.type, "pulumi-nodejs:dynamic/stripe-entitlements:Feature");
      assert.equal(productFeature.type, "pulumi-nodejs:dynamic/stripe-entitlements:ProductFeature");
    });

    it("holds no path of the machine that wrote it", () => {
      for (const { inputs } of Object.values(form.registered)) {
        assert.ok(!inputs.__provider.includes(form.project));
        assert.ok(!inputs.__provider.includes("dist/"));
      }
    });

    it("names the resource by project, stack and name, as the owner of what it makes", () => {
      assert.deepEqual(withoutProvider(form.registered.feature.inputs), {
        lookupKey: "sso",
        name: "Single sign-on",
        metadata: { team: "identity" },
        owner: "shop/production/feature",
      });
      assert.deepEqual(withoutProvider(form.registered.productFeature.inputs), {
        product: "prod_1",
        entitlementFeature: "feat_1",
        owner: "shop/production/productFeature",
      });
    });
  });
}

describe("The installed package", function () {
  this.timeout(patience);
  it("adds less than 300 bytes of __provider to each resource", async () => {
    const { registered } = await forms.installed();
    for (const { inputs } of Object.values(registered)) assert.ok(Buffer.byteLength(inputs.__provider) < 300);
  });
});

function withoutProvider({ __provider, ...declared }: { readonly __provider: string }) {
  return declared;
}
