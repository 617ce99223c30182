/** How much is declared, and how often each command is timed. */
export interface Size {
  readonly name: string;
  readonly features: number;
  readonly attachments: number;
  readonly products: number;
  /** New stacks, for what can be timed once only on each: `up` from nothing and `destroy`. */
  readonly stacks: number;
  /** Timings on each stack of a command that leaves it as it was. */
  readonly repeats: number;
}

export const small: Size = { name: "small", features: 10, attachments: 20, products: 2, stacks: 3, repeats: 3 };
export const medium: Size = { name: "medium", features: 100, attachments: 200, products: 5, stacks: 3, repeats: 2 };
export const large: Size = { name: "large", features: 1_000, attachments: 2_000, products: 20, stacks: 1, repeats: 2 };

export function objectsOf({ features, attachments }: Size): number {
  return features + attachments;
}

export function productIds({ products }: Size): string[] {
  return Array.from({ length: products }, (_, n) => `prod_${n}`);
}

/** Pages of the lists that show all of it, at 100 items a page. */
export function pagesOf({ features, attachments, products }: Size): number {
  return Math.ceil(features / 100) + products * Math.ceil(attachments / products / 100);
}

/** How many features one percent of the objects are; at least one. */
export function onePercentOf(size: Size): number {
  return Math.max(1, Math.round(objectsOf(size) / 100));
}
