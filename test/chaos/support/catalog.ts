import assert from "node:assert/strict";
import { TestStack } from "../../support/stack";
import type { CatalogSize } from "./scale";

export const products = ["prod_0", "prod_1", "prod_2", "prod_3", "prod_4"] as const;

/** A generated program, and the objects that the server must have after `up`. */
export class Catalog {
  constructor(
    readonly size: CatalogSize,
    /** Part of each lookup key. Another edition replaces every feature and attachment. */
    readonly edition = "v1",
  ) {
    // Otherwise a pair would occur twice.
    assert.equal(size.features % products.length, 0);
  }

  get program(): string {
    const { features, attachments } = this.size;
    return `
const features = Array.from({ length: ${features} }, (_, n) =>
  new Feature("feature-" + n, { lookupKey: "key-" + n + "-${this.edition}", name: "Feature " + n }));
for (let n = 0; n < ${attachments}; n += 1) {
  const product = "prod_" + (${productOf("n", features)});
  new ProductFeature("attachment-" + n, { product, entitlementFeature: features[n % ${features}].id });
}
`;
  }

  get lookupKeys(): string[] {
    return Array.from({ length: this.size.features }, (_, n) => this.#lookupKey(n)).sort();
  }

  /** The server has each declared feature and pair once, and nothing else. */
  assertServerMatches(stack: TestStack): void {
    const active = stack.dashboard.features({ archived: false }).map(({ lookup_key }) => lookup_key);
    assert.deepEqual(active.sort(), this.lookupKeys);
    for (const [index, product] of products.entries()) assert.deepEqual(stack.attached(product), this.#attached(index));
  }

  /** The state has each object of the server once, and no other object. */
  async assertStateMatches(stack: TestStack): Promise<void> {
    const known = (await stack.objects()).map(({ id }) => id);
    assert.deepEqual(known.sort(), objectsOn(stack).sort());
  }

  #attached(product: number): string[] {
    const { features, attachments } = this.size;
    const numbers = Array.from({ length: attachments }, (_, n) => n);
    const here = numbers.filter((n) => (n + Math.floor(n / features)) % products.length === product);
    return here.map((n) => this.#lookupKey(n % features)).sort();
  }

  #lookupKey(n: number): string {
    return `key-${n}-${this.edition}`;
  }
}

/** Each round of attachments is shifted by one product, so that no pair occurs twice. */
function productOf(n: string, features: number): string {
  return `(${n} + Math.floor(${n} / ${features})) % ${products.length}`;
}

/** Starts a stack whose program is the catalog, with a server that has the products. */
export async function startStack(catalog: Catalog): Promise<TestStack> {
  const stack = await TestStack.start({ products });
  await stack.program(catalog.program);
  return stack;
}

/** The server has no active feature and no attachment. */
export function assertEmpty(stack: TestStack): void {
  assert.deepEqual(objectsOn(stack), []);
}

/** Returns the ids of all active features and all attachments. */
function objectsOn({ dashboard }: TestStack): string[] {
  const attached = products.flatMap((product) => dashboard.productFeatures(product));
  return [...dashboard.features({ archived: false }), ...attached].map(({ id }) => id);
}
