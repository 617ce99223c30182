import assert from "node:assert/strict";
import { severalCommands } from "../support/pulumi";
import { useStack } from "../support/stack";

describe("a declaration that cannot be", function () {
  this.timeout(severalCommands);
  const stack = useStack({ products: ["prod_team"] });
  const good = `
const sso = new Feature("sso", { lookupKey: "sso", name: "Single sign-on" });
new ProductFeature("team-sso", { product: "prod_team", entitlementFeature: sso.id });
`;

  before(async () => {
    await stack().up(good);
  });

  /** Adds `more` to the good program, and sees that the command names the fault and has changed nothing: here or there. */
  async function assertRefused(command: "preview" | "up", more: string, ...said: readonly RegExp[]) {
    const state = await stack().objects();
    const features = stack().dashboard.features();
    stack().takeRequests();
    await stack().program(good + more);
    const { exitCode, output } = await stack().run(command === "up" ? ["up", "--skip-preview"] : ["preview"]);
    assert.notEqual(exitCode, 0, output);
    for (const words of said) assert.match(output, words);
    assert.doesNotMatch(output, /\n\s+at .+:\d+:\d+/, "a stack trace is no message");
    if (command === "preview") assert.deepEqual(stack().takeRequests(), []);
    assert.deepEqual(await stack().objects(), state);
    assert.deepEqual(stack().dashboard.features(), features);
    assert.deepEqual(stack().attached("prod_team"), ["sso"]);
  }

  const feature = (args: object) => `new Feature("x", ${JSON.stringify({ lookupKey: "x", name: "X", ...args })});\n`;

  it("is refused at preview, each fault under its property", async () => {
    const faults = {
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
    const declared = Object.values(faults).flat();
    const more = declared
      .map((args, index) => {
        const all = JSON.stringify({ lookupKey: `key-${index}`, name: "X", ...args });
        return `new Feature("faulty-${index}", ${all});`;
      })
      .join("\n");
    await assertRefused("preview", more);
    // One resource by itself: the engine stops at the first ones when all are in one program.
    const one = Object.assign({}, ...Object.values(faults).map(([wrong]) => wrong));
    const said = Object.keys(faults).map((property) => new RegExp(`\\b${property}\\b`));
    await assertRefused("preview", feature(one), /:Feature .*\bx\b/, ...said);
  });

  it("is refused at preview when a lookup key stands where a feature's id belongs", async () => {
    await assertRefused(
      "preview",
      `new ProductFeature("wrong", { product: "prod_team", entitlementFeature: "sso" });`,
      /entitlementFeature\b.*must be the id of a feature \(feat_…\), not its lookup key/,
    );
  });

  it("is refused at preview when two features have one lookup key", async () => {
    await assertRefused(
      "preview",
      feature({ lookupKey: "sso" }),
      /Feature "x": Feature "sso" already declares the lookupKey "sso"/,
    );
  });

  it("is refused before anything is sent when two features turn out to have one lookup key", async () => {
    await assertRefused(
      "preview",
      `new Feature("y", { lookupKey: pulumi.output("sso"), name: "Y" });`,
      /acme\/dev\/(?:sso|y) already declares "sso", and a lookup key names one active feature/,
    );
  });

  it("is refused with the `import` option, which cannot work", async () => {
    await assertRefused(
      "preview",
      `new Feature("x", { lookupKey: "x", name: "X" }, { import: "feat_123" });`,
      /Feature "x": the option `import` does not work for dynamic resources/,
      /pulumi import --file/,
    );
    await assertRefused(
      "preview",
      `new ProductFeature("y", { product: "prod_team", entitlementFeature: sso.id }, { import: "prodft_123" });`,
      /ProductFeature "y": the option `import` does not work for dynamic resources/,
    );
  });

  it("fails with the product's id when there is no such product", async () => {
    await assertRefused(
      "up",
      `new ProductFeature("y", { product: "prod_gone", entitlementFeature: sso.id });`,
      /ProductFeature "y" \(feat_\w+ on prod_gone\): product prod_gone does not exist in this account and mode/,
      /Check the id/,
    );
  });

  it("fails with the feature's id when there is no such feature", async () => {
    await assertRefused(
      "up",
      `new ProductFeature("y", { product: "prod_team", entitlementFeature: "feat_gone" });`,
      /feature feat_gone does not exist in this account and mode/,
    );
  });

  it("fails with the other feature when the lookup key is taken on the server", async () => {
    const { id } = stack().dashboard.createFeature({ lookupKey: "taken", name: "Made by hand" });
    await assertRefused(
      "up",
      feature({ lookupKey: "taken" }),
      new RegExp(
        `Feature "x" \\(lookup key "taken"\\): an active feature already has this lookup key: ${id}, without a marker`,
      ),
      /the name "Made by hand" instead of/,
      /set adopt: "unowned" on this resource.*choose another lookupKey/,
    );
  });

  it("is refused when it attaches one feature to one product twice", async () => {
    await assertRefused(
      "preview",
      `new ProductFeature("again", { product: "prod_team", entitlementFeature: sso.id });`,
      /acme\/dev\/(?:team-sso|again) already declares feat_\w+ on prod_team/,
    );
  });

  it("fails when somebody else's feature is attached to the product already", async () => {
    const { id } = stack().dashboard.createFeature({ lookupKey: "by-hand", name: "Made by hand" });
    const product = stack().dashboard.createProduct({ name: "Another plan" }).id;
    const attached = stack().dashboard.attach(product, id).id;
    await assertRefused(
      "up",
      `new ProductFeature("again", { product: "${product}", entitlementFeature: "${id}" });`,
      new RegExp(`the feature "by-hand", which has no marker, is already attached to the product, as ${attached}`),
      /adopt: "unowned"/,
    );
  });

  it("fails with the way out when the feature to be changed was archived by hand", async () => {
    const id = await stack().idOf("sso");
    const state = await stack().objects();
    stack().dashboard.archiveFeature(id);
    await stack().program(`${good.replace("Single sign-on", "Sign-on")}`);
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
    await stack().mustBeInLine();
  });
});
