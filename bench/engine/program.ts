import { onePercentOf, type Size } from "./sizes";

/** Whose resources a program declares: this package's, or those of the provider that does nothing. */
export type Side = "ours" | "idle";

export const sides: readonly Side[] = ["idle", "ours"];

const packages = { ours: "pulumi-stripe-entitlements", idle: "idle-entitlements" } as const;

/**
 * A program in plain JavaScript, the same for both sides but for the package. Attachments go round the products, and each further round over the
 * features is shifted by one product, so that no pair comes twice.
 *
 * @param edition is in the name of one percent of the objects
 */
export function programOf(side: Side, size: Size, edition: string): string {
  const { features, attachments, products } = size;
  return `
const { Feature, ProductFeature } = require("${packages[side]}");

const features = Array.from({ length: ${features} }, (_, n) => {
  const edition = n < ${onePercentOf(size)} ? " ${edition}" : "";
  return new Feature("feature-" + n, { lookupKey: "key-" + n, name: "Feature " + n + edition });
});
for (let n = 0; n < ${attachments}; n += 1) {
  const product = "prod_" + ((n + Math.floor(n / ${features})) % ${products});
  new ProductFeature("attachment-" + n, { product, entitlementFeature: features[n % ${features}].id });
}
`;
}
