import { DeletesInFlight } from "./in-flight";

/**
 * The detaches of a run, in flight or done. The engine deletes a feature and its attachments at the
 * same time where it knows no order: after an import, and for attachments that are declared by a
 * literal id.
 */
export class Detaches {
  /** By the attached feature. Each runs on a worker of the engine and waits for no feature. */
  readonly inFlight = new DeletesInFlight();
  readonly #detachedFrom = new Map<string, readonly string[]>();

  /** Records that the feature was detached from the product. */
  recordDetached(feature: string, product: string): void {
    this.#detachedFrom.set(feature, [...this.productsWithout(feature), product]);
  }

  /** Returns the products from which this run has detached the feature. */
  productsWithout(feature: string): readonly string[] {
    return this.#detachedFrom.get(feature) ?? [];
  }
}
