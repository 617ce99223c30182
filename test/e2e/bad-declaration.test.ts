import assert from "node:assert/strict";
import { itInFullRun } from "../support/full-run";
import { severalCommands } from "../support/pulumi";
import { useStack } from "../support/stack";

describe("An invalid declaration", function () {
  this.timeout(severalCommands);
  const stack = useStack({ products: ["prod_team"] });
  const validProgram = `
const sso = new Feature("sso", { lookupKey: "sso", name: "Single sign-on" });
new ProductFeature("team-sso", { product: "prod_team", entitlementFeature: sso.id });
`;

  before(async () => {
    await stack().up(validProgram);
  });

  /**
   * Asserts that the command, run for the valid program and `more`, fails with these messages and
   * changes neither state nor server. A preview sends no request.
   */
  async function assertFails(command: "preview" | "up", more: string, ...messages: readonly RegExp[]) {
    const state = await stack().objects();
    const features = stack().dashboard.features();
    stack().takeRequests();
    await stack().program(validProgram + more);
    const { exitCode, output } = await stack().run(command === "up" ? ["up", "--skip-preview"] : ["preview"]);
    assert.notEqual(exitCode, 0, output);
    for (const message of messages) assert.match(output, message);
    assert.doesNotMatch(output, /\n\s+at .+:\d+:\d+/, "the output contains a stack trace");
    if (command === "preview") assert.deepEqual(stack().takeRequests(), []);
    assert.deepEqual(await stack().objects(), state);
    assert.deepEqual(stack().dashboard.features(), features);
    assert.deepEqual(stack().attached("prod_team"), ["sso"]);
  }

  const feature = (args: object) => `new Feature("x", ${JSON.stringify({ lookupKey: "x", name: "X", ...args })});\n`;

  it("fails in a preview with each issue under its property", async () => {
    const issues = {
      lookupKey: [{ lookupKey: "" }, { lookupKey: "k".repeat(81) }, { lookupKey: null }, { lookupKey: 7 }],
      name: [{ name: "" }, { name: "n".repeat(81) }, { name: null }, { name: ["X"] }],
      metadata: [
        { metadata: { team: "" } },
        { metadata: { "": "identity" } },
        { metadata: { "a[b]": "x" } },
        { metadata: { ["k".repeat(41)]: "x" } },
        { metadata: { k: "v".repeat(501) } },
        { metadata: { pulumi_owner: "me" } },
        { metadata: { count: 3 } },
        { metadata: "text" },
        { metadata: Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`key${index}`, "x"])) },
      ],
    };
    const declared = Object.values(issues).flat();
    const more = declared
      .map((args, index) => {
        const all = JSON.stringify({ lookupKey: `key-${index}`, name: "X", ...args });
        return `new Feature("invalid-${index}", ${all});`;
      })
      .join("\n");
    await assertFails("preview", more);
    // All issues in one resource, because the engine stops at the first invalid resources of a
    // program.
    const invalid = Object.assign({}, ...Object.values(issues).map(([first]) => first));
    const properties = Object.keys(issues).map((property) => new RegExp(`\\b${property}\\b`));
    await assertFails("preview", feature(invalid), /:Feature .*\bx\b/, ...properties);
  });

  itInFullRun("fails in a preview for a lookup key in place of a feature's id", async () => {
    await assertFails(
      "preview",
      `new ProductFeature("wrong", { product: "prod_team", entitlementFeature: "sso" });`,
      /entitlementFeature\b.*must be the id of a feature \(feat_…\), not its lookup key/,
    );
  });

  itInFullRun("fails in a preview for two features with the same lookup key", async () => {
    await assertFails(
      "preview",
      feature({ lookupKey: "sso" }),
      /Feature "x": Feature "sso" already declares the lookupKey "sso"/,
    );
  });

  it("fails before any request for two features whose outputs give the same lookup key", async () => {
    await assertFails(
      "preview",
      `new Feature("y", { lookupKey: pulumi.output("sso"), name: "Y" });`,
      /acme\/dev\/(?:sso|y) already declares "sso", and a lookup key names one active feature/,
    );
  });

  it("creates neither of two features whose outputs give the same lookup key", async () => {
    await assertFails(
      "up",
      `for (const name of ["y", "z"]) new Feature(name, { lookupKey: pulumi.output("twice"), name });`,
      /acme\/dev\/[yz] already declares "twice"/,
      /Feature "[yz]" \(lookup key "twice"\): not created, because acme\/dev\/[yz] declares it too/,
    );
  });

  itInFullRun("fails with a hint at `pulumi import --file` for the option `import`", async () => {
    await assertFails(
      "preview",
      `new Feature("x", { lookupKey: "x", name: "X" }, { import: "feat_123" });`,
      /Feature "x": the option `import` does not work for dynamic resources/,
      /pulumi import --file/,
    );
    await assertFails(
      "preview",
      `new ProductFeature("y", { product: "prod_team", entitlementFeature: sso.id }, { import: "prodft_123" });`,
      /ProductFeature "y": the option `import` does not work for dynamic resources/,
    );
  });

  itInFullRun("fails with the product's id when the product does not exist", async () => {
    await assertFails(
      "up",
      `new ProductFeature("y", { product: "prod_gone", entitlementFeature: sso.id });`,
      /ProductFeature "y" \(feat_\w+ on prod_gone\): product prod_gone does not exist in this account and mode/,
      /Check the id/,
    );
  });

  itInFullRun("fails with the feature's id when the feature does not exist", async () => {
    await assertFails(
      "up",
      `new ProductFeature("y", { product: "prod_team", entitlementFeature: "feat_gone" });`,
      /feature feat_gone does not exist in this account and mode/,
    );
  });

  itInFullRun("fails with the id of an unmanaged feature that has the same lookup key", async () => {
    const { id } = stack().dashboard.createFeature({ lookupKey: "taken", name: "Made by hand" });
    await assertFails(
      "up",
      feature({ lookupKey: "taken" }),
      new RegExp(
        `Feature "x" \\(lookup key "taken"\\): an active feature already has this lookup key: ${id}, without a marker`,
      ),
      /To adopt it would change it: changes the name/,
      /set adopt: "unowned" on this resource.*choose another lookupKey/,
    );
  });

  itInFullRun("fails in a preview for two attachments of a feature to the same product", async () => {
    await assertFails(
      "preview",
      `new ProductFeature("again", { product: "prod_team", entitlementFeature: sso.id });`,
      /acme\/dev\/(?:team-sso|again) already declares feat_\w+ on prod_team/,
    );
  });

  itInFullRun("fails with the attachment's id when an unmanaged attachment exists", async () => {
    const { id } = stack().dashboard.createFeature({ lookupKey: "by-hand", name: "Made by hand" });
    const product = stack().dashboard.createProduct({ name: "Another plan" }).id;
    const attached = stack().dashboard.attach(product, id).id;
    await assertFails(
      "up",
      `new ProductFeature("again", { product: "${product}", entitlementFeature: "${id}" });`,
      new RegExp(`the feature "by-hand", which has no marker, is already attached to the product, as ${attached}`),
      /adopt: "unowned"/,
    );
  });

  itInFullRun("fails with a hint at `up --refresh` when the changed feature is archived in Stripe", async () => {
    const id = await stack().idOf("sso");
    const state = await stack().objects();
    stack().dashboard.archiveFeature(id);
    await stack().program(validProgram.replace("Single sign-on", "Sign-on"));
    const { exitCode, output } = await stack().run(["up", "--skip-preview"]);
    assert.notEqual(exitCode, 0);
    assert.match(
      output,
      new RegExp(`Feature "sso" \\(${id}, lookup key "sso"\\): archived outside Pulumi, so it cannot be changed`),
    );
    assert.match(output, /pulumi up --refresh/);
    assert.deepEqual(await stack().objects(), state);
    assert.equal(
      stack()
        .dashboard.features({ archived: false })
        .some(({ lookup_key }) => lookup_key === "sso"),
      false,
    );
    await stack().up(undefined, "--refresh");
    assert.deepEqual(stack().attached("prod_team"), ["sso"]);
    assert.equal(stack().dashboard.feature(await stack().idOf("sso"))?.active, true);
  });
});
