/**
 * Whose resources a program declares: this package's, or those of the provider that does nothing.
 */
export type Side = "ours" | "idle";

export const sides: readonly Side[] = ["idle", "ours"];

const packages = { ours: "pulumi-stripe-entitlements", idle: "idle-entitlements" } as const;

/** How many objects a program declares, and how often each command is timed. */
export interface Size {
  readonly name: string;
  readonly features: number;
  readonly attachments: number;
  readonly products: number;
  /** How many stacks are created, for `up` from nothing and `destroy`, which run once per stack. */
  readonly stacks: number;
  /** Timings per stack of each command that leaves the stack as it was. */
  readonly repeats: number;
}

export const small: Size = { name: "small", features: 10, attachments: 20, products: 2, stacks: 2, repeats: 4 };
export const medium: Size = { name: "medium", features: 100, attachments: 200, products: 5, stacks: 2, repeats: 2 };
export const large: Size = { name: "large", features: 1_000, attachments: 2_000, products: 20, stacks: 1, repeats: 2 };

export function countObjects({ features, attachments }: Size): number {
  return features + attachments;
}

export function productIds({ products }: Size): string[] {
  return Array.from({ length: products }, (_, n) => `prod_${n}`);
}

/** Returns the pages of the lists that contain every object, at 100 items a page. */
export function countPages({ features, attachments, products }: Size): number {
  return Math.ceil(features / 100) + products * Math.ceil(attachments / products / 100);
}

/** Returns how many features are one percent of the objects; at least one. */
export function countOnePercent(size: Size): number {
  return Math.max(1, Math.round(countObjects(size) / 100));
}

/**
 * Returns a program in plain JavaScript. It is the same for both sides except for the package. Each
 * round of attachments over the features is shifted by one product, so that no pair occurs twice.
 *
 * @param suffix part of the name of one percent of the objects
 */
export function programText(side: Side, size: Size, suffix: string): string {
  const { features, attachments, products } = size;
  return `
const { Feature, ProductFeature } = require("${packages[side]}");

const features = Array.from({ length: ${features} }, (_, n) => {
  const suffix = n < ${countOnePercent(size)} ? " ${suffix}" : "";
  return new Feature("feature-" + n, { lookupKey: "key-" + n, name: "Feature " + n + suffix });
});
for (let n = 0; n < ${attachments}; n += 1) {
  const product = "prod_" + ((n + Math.floor(n / ${features})) % ${products});
  new ProductFeature("attachment-" + n, { product, entitlementFeature: features[n % ${features}].id });
}
`;
}
