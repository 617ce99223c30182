import type { StripeFeature } from "../../stripe/feature";
import type { AdoptionPolicy } from "../ownership/policy";

/** The declaration of a resource that is about to create its feature in this run. */
export interface Successor {
  /** Unknown if it depends on a resource that the engine has not created yet. */
  readonly lookupKey: string;
  readonly owner?: string | undefined;
  readonly adopt?: AdoptionPolicy | undefined;
}

/**
 * The features whose resources declare another lookup key in this run, and the attachments whose
 * resources declare another pair. The engine creates the new
 * feature before it deletes the old one, or deletes first: with the option `deleteBeforeReplace`,
 * and with some values of the stack's setting `pulumi:autonaming`.
 */
export class Replacements {
  readonly #byId = new Map<string, Successor>();
  readonly #kept = new Set<string>();
  readonly #byOwner = new Map<string, Successor>();
  readonly #pairById = new Map<string, string>();
  readonly #lookups = new Map<string, Promise<StripeFeature | undefined>>();
  readonly #deletedFirst = new Set<string>();

  /** Records what the resource of the feature declares now: another lookup key. */
  recordReplaced(id: string, successor: Successor): void {
    this.#byId.set(id, successor);
  }

  /** Records that the resource of the feature declares it as before. */
  recordKept(id: string): void {
    this.#kept.add(id);
  }

  /** Whether a resource of the program declares the feature as before. */
  isKept(id: string): boolean {
    return this.#kept.has(id);
  }

  /** Records what the resource of the attachment declares now: another pair. */
  recordReplacedPair(id: string, pair: string): void {
    this.#pairById.set(id, pair);
  }

  /** Returns what the resource of the attachment declares now, if that is another pair. */
  findReplacementPair(id: string): string | undefined {
    return this.#pairById.get(id);
  }

  /** Records that a resource is about to create a feature. */
  recordNew(successor: Successor): void {
    if (successor.owner !== undefined) this.#byOwner.set(successor.owner, successor);
  }

  /** Returns what the resource of the feature declares now, if that is another lookup key. */
  findReplacement(id: string): Successor | undefined {
    return this.#byId.get(id);
  }

  /** Returns what the resource of the owner is about to create. */
  findNew(owner: string | undefined): Successor | undefined {
    return owner === undefined ? undefined : this.#byOwner.get(owner);
  }

  /** Returns the result of the run's first lookup of the key. */
  shareLookup(lookupKey: string, find: () => Promise<StripeFeature | undefined>): Promise<StripeFeature | undefined> {
    const lookup = this.#lookups.get(lookupKey) ?? find();
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
