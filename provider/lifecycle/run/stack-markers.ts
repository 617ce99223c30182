import { isForeign } from "../ownership/policy";

/** The markers of this stack that the run has seen. */
export class StackMarkers {
  #anyOwner: string | undefined;
  readonly #ownedFeatures = new Set<string>();
  readonly #heldFeatures = new Map<string, string | undefined>();

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
   * Records that the state holds the feature as one of this stack. `owner` is the owner in its
   * state, which is another stack's after `pulumi state move`, and undefined where the stack writes
   * no markers. A feature that was imported, or is read by `.get()`, belongs to the stack of its
   * marker, and is not recorded.
   */
  recordHeldFeature(feature: string, owner: string | undefined): void {
    this.#heldFeatures.set(feature, owner);
  }

  /**
   * Whether a read of this run has shown that the state holds the feature as one of this stack, and
   * that the resource of the feature loses it to the owner of `marker`.
   */
  isLostFeature(feature: string, marker: string): boolean {
    return this.#heldFeatures.has(feature) && isForeign(marker, this.#heldFeatures.get(feature));
  }
}
