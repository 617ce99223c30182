interface DetachInFlight {
  /** The attached feature. Undefined where the state does not name it. */
  readonly feature: string | undefined;
  /** Resolves when the detach has succeeded or failed. */
  readonly end: Promise<unknown>;
}

/**
 * The detaches of a run, in flight or done. The engine deletes a feature and its attachments at the
 * same time where it knows no order: after an import, and for attachments that are declared by a
 * literal id.
 */
export class Detaches {
  readonly #inFlight = new Set<DetachInFlight>();
  readonly #detachedFrom = new Map<string, readonly string[]>();

  /**
   * Runs the delete of an attachment.
   *
   * @param feature the attached feature. Undefined if the state does not name it, as after an
   * import
   */
  async track(feature: string | undefined, detach: () => Promise<void>): Promise<void> {
    const end = detach();
    const entry = { feature, end };
    this.#inFlight.add(entry);
    try {
      await end;
    } finally {
      this.#inFlight.delete(entry);
    }
  }

  /** Records that the feature was detached from the product. */
  recordDetached(feature: string, product: string): void {
    this.#detachedFrom.set(feature, [...this.productsWithout(feature), product]);
  }

  /** Returns the products from which this run has detached the feature. */
  productsWithout(feature: string): readonly string[] {
    return this.#detachedFrom.get(feature) ?? [];
  }

  /** Whether a detach is in flight that may be one of the feature. */
  isInFlight(feature: string): boolean {
    return this.#findOf(feature).length > 0;
  }

  /**
   * Resolves once no detach is in flight that may be one of the feature. Each runs on a worker of
   * the engine and waits for no feature, so it ends.
   */
  async waitForThoseOf(feature: string): Promise<void> {
    while (this.isInFlight(feature)) await Promise.allSettled(this.#findOf(feature).map(({ end }) => end));
  }

  #findOf(feature: string): readonly DetachInFlight[] {
    return [...this.#inFlight].filter((detach) => detach.feature === undefined || detach.feature === feature);
  }
}
