import type { StripeFeature } from "../../stripe/feature";
import { isKnownText } from "../inputs";
import type { AdoptionPolicy } from "../ownership/policy";

/** What a resource declares in this run that is about to create its feature. */
export interface Successor {
  /** Unknown if it depends on a resource that the engine has not created yet. */
  readonly lookupKey: string;
  readonly owner?: string | undefined;
  readonly adopt?: AdoptionPolicy | undefined;
}

/**
 * The features whose resources declare another lookup key in this run. The engine creates the new
 * feature before it deletes the old one, or deletes first: with the option `deleteBeforeReplace`,
 * and with some values of the stack's setting `pulumi:autonaming`.
 */
export class Replacements {
  readonly #byId = new Map<string, Successor>();
  readonly #byOwner = new Map<string, Successor>();
  readonly #lookups = new Map<string, Promise<StripeFeature | undefined>>();
  readonly #deletedFirst = new Set<string>();

  /** Records whether the feature is replaced, and by what. */
  recordReplaced(id: string, successor: Successor | undefined): void {
    if (successor === undefined) this.#byId.delete(id);
    else this.#byId.set(id, successor);
  }

  /** Records that a resource is about to create a feature. */
  recordNew(successor: Successor): void {
    if (successor.owner !== undefined) this.#byOwner.set(successor.owner, successor);
  }

  /**
   * Returns what the resource of the feature declares now. The engine compares nothing where a
   * replacement is forced, so the owner then tells.
   */
  findSuccessor(id: string, owner: string | undefined): Successor | undefined {
    return this.#byId.get(id) ?? this.findNew(owner);
  }

  /** Returns what the resource of the owner is about to create. */
  findNew(owner: string | undefined): Successor | undefined {
    return owner === undefined ? undefined : this.#byOwner.get(owner);
  }

  /** Whether the resource of the feature declares another lookup key now. */
  isGivenUp(id: string): boolean {
    return isKnownText(this.#byId.get(id)?.lookupKey);
  }

  /** Returns the result of the run's first lookup of the key. */
  shareLookup(
    lookupKey: string,
    find: (lookupKey: string) => Promise<StripeFeature | undefined>,
  ): Promise<StripeFeature | undefined> {
    const lookup = this.#lookups.get(lookupKey) ?? find(lookupKey);
    this.#lookups.set(lookupKey, lookup);
    return lookup;
  }

  /** Records that the old feature was deleted before the one with the lookup key was created. */
  recordDeletedFirst(lookupKey: string): void {
    this.#deletedFirst.add(lookupKey);
  }

  /** Whether the old feature was deleted before the one with the lookup key was created. */
  isDeletedFirst(lookupKey: string): boolean {
    return this.#deletedFirst.has(lookupKey);
  }
}
