import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { timeout } from "../support/engine";
import { type PackageForm, packageForms } from "../support/package-forms";

// The state of every stack holds these texts. A change to one of the files breaks all stacks.
const golden = (file: string) => readFile(join(__dirname, "golden", file), "utf8");
const resources = { feature: "feature", productFeature: "product-feature" } as const;
const methods = ["check", "configure", "create", "delete", "diff", "read", "update"];

for (const [name, make] of Object.entries(packageForms)) {
  describe(`The dynamic contract of the ${name} package`, function () {
    this.timeout(timeout);
    let form: PackageForm;

    before(async () => {
      form = await make();
    });

    for (const [resource, file] of Object.entries(resources) as ["feature" | "productFeature", string][]) {
      it(`registers the golden __provider text of a ${file}`, async () => {
        assert.equal(form.registered[resource].inputs.__provider, await golden(`${file}.txt`));
      });

      it(`requires a module that exports exactly the methods of a ${file}`, () => {
        const subpath = `pulumi-stripe-entitlements/dynamic/${file}`;
        assert.ok(form.registered[resource].inputs.__provider.includes(`require('${subpath}')`));
        const module: object = createRequire(join(form.project, "index.js"))(subpath);
        assert.deepEqual(Object.keys(module).sort(), methods);
      });
    }

    it("registers the frozen type tokens", () => {
      const { feature, productFeature } = form.registered;
      assert.equal(feature.type, "pulumi-nodejs:dynamic/stripe-entitlements:Feature");
      assert.equal(productFeature.type, "pulumi-nodejs:dynamic/stripe-entitlements:ProductFeature");
    });

    it("registers no path of this machine", () => {
      for (const { inputs } of Object.values(form.registered)) {
        assert.ok(!inputs.__provider.includes(form.project));
        assert.ok(!inputs.__provider.includes("dist/"));
      }
    });

    it("registers the owner as project, stack and resource name", () => {
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
