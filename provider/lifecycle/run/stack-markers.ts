/** The markers of this stack that the run has seen. */
export class StackMarkers {
  #anyOwner: string | undefined;
  readonly #ownedFeatures = new Set<string>();
  readonly #heldFeatures = new Set<string>();

  /** Records the owner of a declared resource. */
  recordOwner(owner: string | undefined): void {
    this.#anyOwner ??= owner;
  }

  /**
   * An owner of this stack under its current name. Undefined before a resource with a marker was
   * declared.
   */
  get anyOwner(): string | undefined {
    return this.#anyOwner;
  }

  /**
   * Records that a declared resource manages the feature, and that the feature carries its marker
   * or will.
   */
  recordOwnedFeature(feature: string): void {
    this.#ownedFeatures.add(feature);
  }

  /** Whether a declared resource of this stack manages the feature and writes its marker. */
  isOwnedFeature(feature: string): boolean {
    return this.#ownedFeatures.has(feature);
  }

  /**
   * Records that the state holds the feature as one of this stack. Features that were imported or
   * read by `.get()` with the marker of another stack are none of it.
   */
  recordHeldFeature(feature: string): void {
    this.#heldFeatures.add(feature);
  }

  /** Whether a read of this run has shown that the state holds the feature as one of this stack. */
  isHeldFeature(feature: string): boolean {
    return this.#heldFeatures.has(feature);
  }
}
