import assert from "node:assert/strict";
import { TestStack } from "../../support/stack";
import type { CatalogSize } from "./scale";

export const products = ["prod_0", "prod_1", "prod_2", "prod_3", "prod_4"] as const;

/** A generated program, and what the server has to hold once it has run. */
export class Catalog {
  constructor(
    readonly size: CatalogSize,
    /** Part of each lookup key: another one replaces all features and attachments. */
    readonly edition = "v1",
  ) {
    // Otherwise a pair would come twice.
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

  /** Each declared feature active once, each declared pair attached once, and nothing else. */
  assertOn(stack: TestStack): void {
    const active = stack.dashboard.features({ archived: false }).map(({ lookup_key }) => lookup_key);
    assert.deepEqual(active.sort(), this.lookupKeys);
    for (const [index, product] of products.entries()) assert.deepEqual(stack.attached(product), this.#attached(index));
  }

  /** That the state knows the very objects that the server has, and each once. */
  async assertKnownTo(stack: TestStack): Promise<void> {
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

/** The second round of attachments is shifted by one product, so that no pair comes twice. */
function productOf(n: string, features: number): string {
  return `(${n} + Math.floor(${n} / ${features})) % ${products.length}`;
}

/** A stack with this catalog for a program, and a server that has the products. */
export async function stackOf(catalog: Catalog): Promise<TestStack> {
  const stack = await TestStack.start({ products });
  await stack.program(catalog.program);
  return stack;
}

/** Nothing active, nothing attached. */
export function assertEmpty(stack: TestStack): void {
  assert.deepEqual(objectsOn(stack), []);
}

/** The ids of all active features and all attachments. */
function objectsOn({ dashboard }: TestStack): string[] {
  const attached = products.flatMap((product) => dashboard.productFeatures(product));
  return [...dashboard.features({ archived: false }), ...attached].map(({ id }) => id);
}
