import assert from "node:assert/strict";
import type { TestStack } from "./stack";

export const products = ["prod_0", "prod_1", "prod_2", "prod_3", "prod_4"];

/**
 * Creates features with this stack's markers. Returns a program that adopts and attaches them. The
 * attachments name the features by their ids, so the engine knows no order.
 */
export function unorderedProgram(stack: TestStack, size: { features: number; attachments: number }): string {
  const ids = Array.from({ length: size.features }, (_, n) => {
    const metadata = { pulumi_owner: `acme/dev/feature-${n}` };
    return stack.dashboard.createFeature({ lookupKey: `key-${n}`, name: `Feature ${n}`, metadata }).id;
  });
  return `
const ids = ${JSON.stringify(ids)};
for (const n of ids.keys()) new Feature("feature-" + n, { lookupKey: "key-" + n, name: "Feature " + n });
for (let n = 0; n < ${size.attachments}; n += 1) {
  new ProductFeature("attachment-" + n, { product: "prod_" + n % 5, entitlementFeature: ids[n % ids.length] });
}
`;
}

/**
 * Watches all archives. Returns a function that fails if a product still carried one of the
 * features.
 */
export function watchArchives(stack: TestStack): () => void {
  const tooEarly: string[] = [];
  stack.emulator.requests.onRequest(({ method, path, params }) => {
    if (method !== "POST" || params["active"] !== "false") return;
    const id = path.split("/").at(-1);
    const carriers = products.filter((product) =>
      stack.dashboard.productFeatures(product).some(({ entitlement_feature }) => entitlement_feature.id === id),
    );
    if (carriers.length > 0) tooEarly.push(`${id} was archived while ${carriers} carried it`);
  });
  return () => assert.deepEqual(tooEarly, []);
}

/** Fails if a feature is active, a product carries a feature, or the state has an object. */
export async function assertNothingActive(stack: TestStack): Promise<void> {
  assert.deepEqual(stack.dashboard.features({ archived: false }), []);
  assert.deepEqual(
    products.flatMap((product) => stack.attached(product)),
    [],
  );
  assert.deepEqual(await stack.objects(), []);
}
