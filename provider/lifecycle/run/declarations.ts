import { EntitlementsError } from "../errors";
import type { AdoptionPolicy } from "../ownership/policy";

/** Why an object must not be deleted with the resource that had it. */
export type KeepReason =
  /**
   * The resource is still declared: its replacement was forced, or it has moved. `isManaged` says
   * whether the declared resource has the object: it created or adopted it in this run, or had it
   * before.
   */
  | ({ readonly why: "replaced"; readonly isManaged: boolean } & Declarer)
  /** Another declared resource manages the object now. */
  | { readonly why: "moved"; readonly to: string }
  | NotAdopted;

/** Another resource declares the object, but has not adopted it. */
export interface NotAdopted {
  readonly why: "notAdopted";
  readonly by: string;
  /** The policy of that resource. Undefined if it declares none. */
  readonly adopt?: AdoptionPolicy | undefined;
}

/** A declaration of the last run. */
export interface PreviousDeclaration {
  /** The marker that it wrote. Undefined when it wrote none. */
  readonly owner: string | undefined;
}

/** A resource as it declares an object. */
interface Declarer {
  /** Undefined where the stack writes no markers. */
  readonly owner?: string | undefined;
  readonly adopt?: AdoptionPolicy | undefined;
}

interface Declaration extends Declarer {
  readonly previous: PreviousDeclaration | undefined;
}

/**
 * The objects that the resources of one type declare in this run, by what identifies an object: the
 * lookup key of a feature, the product and feature of an attachment.
 *
 * The engine reports one resource at a time. This record is the only way to see that the object of
 * a resource that is being deleted is declared by another one. Deletes come after all declarations,
 * also those that an interrupted run left over. A destroy declares nothing.
 */
export class Declarations {
  readonly #declared = new Map<string, Declaration>();
  readonly #managed = new Map<string, string>();
  /** The keys by their owner. Undefined is a key that is not known yet. */
  readonly #keys = new Map<string, string | undefined>();
  readonly #held = new Map<string, string>();
  readonly #candidates = new Map<string, string>();
  /** The owner of the second resource that declares an object, by the object's key. */
  readonly #second = new Map<string, string>();
  #hasPrevious = false;

  /**
   * Records that a resource declares the object.
   *
   * @param previous given when the resource already declared the object in the last run
   * @returns the other resource that declares it too. Undefined if no other does.
   */
  record(key: string, { owner, adopt }: Declarer, previous?: PreviousDeclaration): string | undefined {
    const known = this.#declared.get(key);
    this.#hasPrevious ||= previous !== undefined;
    if (owner !== undefined) this.#keys.set(owner, key);
    if (known?.owner !== undefined && owner !== undefined && known.owner !== owner) {
      this.#second.set(key, owner);
      return known.owner;
    }
    // A replacement is checked twice, the second time without its old inputs.
    this.#declared.set(key, { owner, adopt, previous: previous ?? known?.previous });
    return undefined;
  }

  /**
   * Throws if a second resource declares the object. Its check was rejected, so the first may be
   * the wrong one.
   */
  assertDeclaredOnce(subject: string, key: string): void {
    const second = this.#second.get(key);
    if (second === undefined) return;
    throw new EntitlementsError(`${subject}: not created, because ${second} declares it too`, {
      kind: "invalidArgument",
      hint: "Nothing was changed. Remove one of the two resources, or correct its declaration.",
    });
  }

  /** Records that the resource of `owner` declares an object whose key is not known yet. */
  recordUnknown(owner: string | undefined): void {
    if (owner !== undefined) this.#keys.set(owner, undefined);
  }

  /** Whether the resource of `owner` declares the object, as far as is known. */
  mayDeclare(owner: string, key: string): boolean {
    return this.#keys.has(owner) && (this.#keys.get(owner) ?? key) === key;
  }

  /** Whether the resource of `owner` declares another object. */
  declaresAnother(owner: string, key: string): boolean {
    const declared = this.#keys.get(owner);
    return declared !== undefined && declared !== key;
  }

  /** Whether a resource declares the object. */
  isDeclared(key: string): boolean {
    return this.#declared.has(key);
  }

  /** Returns the owner of the resource that declares the object, if it has one. */
  findDeclarer(key: string): string | undefined {
    return this.#declared.get(key)?.owner;
  }

  /**
   * Returns the resource's previous declaration of the object, if any. With one, finding the object
   * is expected.
   */
  findPrevious(key: string): PreviousDeclaration | undefined {
    return this.#declared.get(key)?.previous;
  }

  /** Whether the last run declared one of the objects already. */
  get hasPrevious(): boolean {
    return this.#hasPrevious;
  }

  /**
   * Records the id of the object that a declared resource created, adopted or took from an import.
   */
  recordManagedId(key: string, id: string): void {
    this.#managed.set(key, id);
  }

  /** Whether a resource declares the object, and has neither had nor created it before. */
  isPending(key: string): boolean {
    const declaration = this.#declared.get(key);
    return declaration !== undefined && declaration.previous === undefined && !this.#managed.has(key);
  }

  /** Records the id of the object that the state of a declared resource holds. */
  recordHeldId(key: string, id: string): void {
    this.#held.set(key, id);
  }

  /** Records the id of the object that a declared resource is about to adopt. */
  recordCandidate(key: string, id: string): void {
    this.#candidates.set(key, id);
  }

  /** Whether a declared resource is about to adopt the object, or was. */
  isCandidate(key: string, id: string): boolean {
    return this.#candidates.get(key) === id;
  }

  /** Whether a resource declares the object, and has no other one, as far as is known. */
  mayHave(key: string, id: string): boolean {
    return this.#declared.has(key) && (this.findId(key) ?? id) === id;
  }

  /** Returns the id of the object that a declared resource has, as far as is known. */
  findId(key: string): string | undefined {
    return this.#managed.get(key) ?? this.#held.get(key);
  }

  /** Returns the id that {@link recordManagedId} recorded for the object. */
  findManagedId(key: string): string | undefined {
    return this.#managed.get(key);
  }

  /**
   * Returns why the object must not be deleted with the resource of `owner`. Undefined when it may
   * be.
   */
  findKeepReason(key: string, id: string, owner: string | undefined): KeepReason | undefined {
    const declaration = this.#declared.get(key);
    if (declaration === undefined) return undefined;
    const managed = this.#managed.get(key);
    // The declared resource created another object, so this one was gone already and is not what
    // stays declared.
    if (managed !== undefined && managed !== id) return undefined;
    const isManaged = managed === id || declaration.previous !== undefined;
    if (declaration.owner === undefined || owner === undefined || declaration.owner === owner) {
      return { why: "replaced", isManaged, owner: declaration.owner, adopt: declaration.adopt };
    }
    if (isManaged) return { why: "moved", to: declaration.owner };
    return { why: "notAdopted", by: declaration.owner, adopt: declaration.adopt };
  }
}
