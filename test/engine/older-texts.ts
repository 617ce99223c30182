import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** The ways in which the package was present when a program wrote its older texts to the state. */
export const olderVariants = ["installed", "linked"] as const;

/**
 * The values that `__provider` had before it became a constant. They differed between installed and
 * linked packages.
 */
export interface OlderTexts {
  readonly feature: string;
  readonly productFeature: string;
}

/** Reads the older texts from golden/older. */
export async function olderTexts(variant: (typeof olderVariants)[number]): Promise<OlderTexts> {
  const read = (resource: string) => readFile(join(__dirname, "golden", "older", `${resource}.${variant}.txt`), "utf8");
  const [feature, productFeature] = await Promise.all([read("feature"), read("product-feature")]);
  return { feature, productFeature };
}
