import assert from "node:assert/strict";
import { describeInFullRun } from "../support/full-run";
import { type ExportedResource, severalCommands } from "../support/pulumi";
import { type TestStack, useStack } from "../support/stack";

// As long as the ids that Stripe generates.
const product = "prod_MadeUpForTests";
const products = [product];

// The shortest declarations of both types: no metadata, no options.
const declarations = `
const sso = new Feature("sso", { lookupKey: "sso", name: "Single sign-on" });
new ProductFeature("team-sso", { product: "${product}", entitlementFeature: sso.id });
`;

// In `npm test`, costs.test.ts has the same limits.
describeInFullRun("The state of a resource in a JavaScript program", function () {
  this.timeout(severalCommands);
  const stack = useStack({ products });

  before(async () => {
    await stack().up(declarations);
  });

  it("takes at most 1,200 bytes for a feature without metadata", async () => {
    assertSize(await getResource(stack(), "sso"), 1_200);
  });

  it("takes at most 1,500 bytes for an attachment", async () => {
    assertSize(await getResource(stack(), "team-sso"), 1_500);
  });
});

describe("The state of a resource in a TypeScript program", function () {
  this.timeout(severalCommands);
  const stack = useStack({ main: "index.ts", products });

  before(async () => {
    const imports = `import { Feature, ProductFeature } from "pulumi-stripe-entitlements";\n`;
    await stack().up(imports + declarations);
  });

  it("names the line of the program that declares the resource", async () => {
    const positions = { sso: /^project:\/\/\/index\.ts#3,\d+$/, "team-sso": /^project:\/\/\/index\.ts#4,\d+$/ };
    for (const [name, position] of Object.entries(positions)) {
      assert.match((await getResource(stack(), name)).sourcePosition ?? "", position);
    }
  });

  it("names no file of the package, and none that starts the program", async () => {
    for (const name of ["sso", "team-sso"]) {
      const { sourcePosition, stackTrace } = await getResource(stack(), name);
      assert.deepEqual(stackTrace, [{ sourcePosition }]);
    }
  });
});

async function getResource(stack: TestStack, name: string): Promise<ExportedResource> {
  const found = (await stack.exported()).find(({ urn }) => urn.endsWith(`::${name}`));
  return found ?? assert.fail(`${name} is not in the state`);
}

/** Asserts the most bytes of the resource as JSON without spaces, as the state file has it. */
function assertSize(resource: ExportedResource, limit: number): void {
  const json = JSON.stringify(resource);
  const size = Buffer.byteLength(json);
  assert.ok(size <= limit, `${size} bytes, more than ${limit}: ${json}`);
}
