import assert from "node:assert/strict";
import { featureContract, productFeatureContract } from "../../provider/dynamic/contract";
import { itInFullRun } from "../support/full-run";
import { importObjects } from "../support/import-objects";
import { severalCommands } from "../support/pulumi";
import { type TestStack, useStack } from "../support/stack";
import { assertNothingActive, products, unorderedProgram, watchArchives } from "../support/unordered-deletes";

/** Returns a program in which the attachments depend on the features. */
const ordered = (edition: string) => `
const ids = [0, 1, 2].map((n) =>
  new Feature("feature-" + n, { lookupKey: "key-" + n + "${edition}", name: "Feature " + n }).id);
for (let n = 0; n < 5; n += 1) {
  new ProductFeature("attachment-" + n, { product: "prod_" + n, entitlementFeature: ids[n % 3] });
}
`;

/** Creates 3 features and 5 attachments in the Dashboard, and imports them. */
async function importAll(stack: TestStack): Promise<void> {
  const features = [0, 1, 2].map((n) => {
    const { id } = stack.dashboard.createFeature({ lookupKey: `imported-${n}`, name: `Imported ${n}` });
    return { contract: featureContract, name: `imported-${n}`, id };
  });
  const attachments = products.map((product, n) => {
    const { id } = stack.dashboard.attach(product, features[n % 3]?.id ?? "");
    return { contract: productFeatureContract, name: `imported-on-${product}`, id, props: { product } };
  });
  await importObjects(stack, [...features, ...attachments]);
}

describe("Deletes of features and attachments at the same time", function () {
  this.timeout(severalCommands);
  const stack = useStack({ products });
  const destroy = ["destroy", "--skip-preview", "--parallel", "8"];
  let assertNoneTooEarly: () => void;

  before(() => {
    assertNoneTooEarly = watchArchives(stack());
    // Detaches take longer than the search for products that carry a feature.
    stack().emulator.faults.add({ kind: "latency", ms: 300, method: "DELETE" });
  });

  it("succeed in one `destroy` where attachments name features by their ids", async () => {
    await stack().up(unorderedProgram(stack(), { features: 3, attachments: 5 }));
    await stack().must(destroy);
    await assertNothingActive(stack());
    assertNoneTooEarly();
  });

  itInFullRun("archive nothing early where archiveWhileAttached skips the check", async () => {
    await stack().up(unorderedProgram(stack(), { features: 3, attachments: 5 }));
    await stack().must(destroy, { STRIPE_ENTITLEMENTS_ARCHIVE_WHILE_ATTACHED: "true" });
    await assertNothingActive(stack());
    assertNoneTooEarly();
  });

  itInFullRun("succeed in one `destroy` after an import", async () => {
    await importAll(stack());
    await stack().must(destroy);
    await assertNothingActive(stack());
    assertNoneTooEarly();
  });

  itInFullRun("succeed in `up --refresh --run-program` that replaces everything", async () => {
    await stack().up(ordered(""));
    const old = stack().dashboard.features({ archived: false });
    await stack().up(ordered("-new"), "--refresh", "--run-program", "--parallel", "8");
    for (const { id } of old) assert.equal(stack().dashboard.feature(id)?.active, false);
    assert.deepEqual(
      products.flatMap((product) => stack().attached(product)),
      [0, 1, 2, 0, 1].map((n) => `key-${n}-new`),
    );
    await stack().destroy();
    await assertNothingActive(stack());
    assertNoneTooEarly();
  });
});
