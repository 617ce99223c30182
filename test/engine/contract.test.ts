import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { patience } from "../support/engine";
import { type Form, forms } from "../support/provider-forms";

// The state of users' stacks holds these texts. A changed file breaks every stack.
const golden = (file: string) => readFile(join(__dirname, "golden", file), "utf8");
const resources = { feature: "feature", productFeature: "product-feature" } as const;
const methods = ["check", "configure", "create", "delete", "diff", "read", "update"];

for (const [name, make] of Object.entries(forms)) {
  describe(`The frozen contract of the ${name} package`, function () {
    this.timeout(patience);
    let form: Form;

    before(async () => {
      form = await make();
    });

    for (const [resource, file] of Object.entries(resources) as ["feature" | "productFeature", string][]) {
      it(`registers the golden __provider text of a ${file}`, async () => {
        assert.equal(form.registered[resource].inputs.__provider, await golden(`${file}.txt`));
      });

      it(`names a module that exports exactly the frozen methods of a ${file}`, () => {
        const subpath = `pulumi-stripe-entitlements/dynamic/${file}`;
        assert.ok(form.registered[resource].inputs.__provider.includes(`require('${subpath}')`));
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

describe("The golden __provider texts", () => {
  it("are 77 and 85 bytes", async () => {
    assert.equal(Buffer.byteLength(await golden("feature.txt")), 77);
    assert.equal(Buffer.byteLength(await golden("product-feature.txt")), 85);
  });
});

function withoutProvider({ __provider, ...declared }: { readonly __provider: string }) {
  return declared;
}
