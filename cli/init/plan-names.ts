import { createHash } from "node:crypto";
import { maxTextLength } from "../../provider/catalog/limits";
import type { StripeProduct } from "../../provider/stripe/schemas";

/** How many characters of a product's id tell products with one name apart. */
const suffixLength = 6;

/** How many digits of the hash of a long id stand for it. */
const hashLength = 16;

/** The plan of a product. */
export interface NamedPlan<Product extends StripeProduct> {
  readonly product: Product;
  readonly plan: string;
  /**
   * Whether other products have the same name, so that the plan's name ends with a part of the id.
   */
  readonly isSuffixed: boolean;
}

/**
 * Returns a name for the plan of each product: the value of `metadataKey` in its metadata, else its
 * name in lower case with hyphens, else its id. Products that would share a name all get a suffix
 * from their ids, so the names do not depend on the order of the products.
 */
export function namePlans<Product extends StripeProduct>(
  products: readonly Product[],
  metadataKey: string | undefined,
): readonly NamedPlan<Product>[] {
  const named = products.map((product) => ({ product, names: namesOf(product, metadataKey), choice: 0 }));
  for (;;) {
    const groups = Map.groupBy(named, ({ names, choice }) => names[choice]);
    const ambiguous = [...groups.values()].filter((group) => group.length > 1).flat();
    const renamed = ambiguous.filter(({ names, choice }) => choice < names.length - 1);
    if (renamed.length === 0) break;
    for (const each of renamed) each.choice += 1;
  }
  return named.map(({ product, names, choice }) => ({ product, plan: names[choice] ?? "", isSuffixed: choice > 0 }));
}

/** Returns the names that the plan can have, the best one first. The last one is unique. */
function namesOf({ id, name, metadata }: StripeProduct, metadataKey: string | undefined): readonly string[] {
  const value = metadataKey === undefined ? undefined : metadata[metadataKey];
  const isUsable = value !== undefined && value !== "" && value !== "__proto__" && [...value].length <= maxTextLength;
  const best = isUsable ? value : slugOf(name);
  const unique = shortened(id);
  if (best === "") return [unique];
  const suffixed = [withSuffix(best, id.slice(-suffixLength)), withSuffix(best, unique)];
  return [best, ...suffixed.filter((name) => [...name].length <= maxTextLength), unique];
}

/** Returns the id, or a part of it and its hash: a product may have an id of its user's choice. */
function shortened(id: string): string {
  if (id.length <= maxTextLength) return id;
  const hash = createHash("sha256").update(id).digest("hex").slice(0, hashLength);
  return withSuffix(id, hash);
}

function withSuffix(name: string, suffix: string): string {
  const length = Math.max(1, maxTextLength - suffix.length - 1);
  return `${[...name].slice(0, length).join("")}-${suffix}`;
}

/** Returns the text in lower case, with hyphens in place of all but letters and digits. */
function slugOf(text: string): string {
  // Only Latin letters lose their accents. Marks of other scripts are part of their letters.
  const plain = text
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]/g, "")
    .normalize("NFC")
    .toLowerCase();
  const words = plain.match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  return [...words.join("-")].slice(0, maxTextLength).join("").replace(/-$/, "");
}
