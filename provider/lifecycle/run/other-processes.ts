import type { Mode } from "../account/account";
import type { KeepReason } from "./declarations";
import type { Successor } from "./replacements";

/** An object that a rule asks the other provider processes of its run about. */
export interface AskedObject {
  readonly kind: "features" | "productFeatures";
  /** What identifies the object in the declarations of its kind. Empty where it is not known. */
  readonly key: string;
  readonly id?: string | undefined;
  /** The feature, or the attached one, `feat_…`. */
  readonly feature?: string | undefined;
  readonly marker?: string | undefined;
  /** The resource that asks. */
  readonly owner?: string | undefined;
  /** Whether the other processes answer once the program is quiet for them. */
  readonly whenQuiet?: boolean | undefined;
}

/** Where the objects of a process are, as far as it knows. */
export interface Place {
  readonly account?: string | undefined;
  readonly mode?: Mode | undefined;
}

/** Two accounts may have objects with the same key. */
export type Question = AskedObject & Place;

/** What another process has recorded about an object. */
export interface ObjectFacts {
  /** The first resource that failed there. */
  readonly failed?: string | undefined;
  /** Why the object must not be deleted. */
  readonly keep?: KeepReason | undefined;
  /** The resource that declares the object's key there. */
  readonly declaredBy?: string | undefined;
  /** Whether that resource has exactly this object, or is about to adopt it. */
  readonly isHeld?: boolean | undefined;
  /** Whether the resource that the marker names may declare the object there. */
  readonly isMarkerDeclared?: boolean | undefined;
  /** Whether a resource there has the object, and declares another one. */
  readonly isGivenUp?: boolean | undefined;
  /** What the object's resource creates there, where its delete comes first. */
  readonly successor?: Successor | undefined;
  /** Whether a declared resource there may have the object. */
  readonly mayHave?: boolean | undefined;
  /** Whether a declared resource there has the feature and writes its marker. */
  readonly isOwnedFeature?: boolean | undefined;
  /** Whether a delete of the feature is in flight. */
  readonly isArchiving?: boolean | undefined;
  /** Whether a delete of an attachment of the feature is in flight. */
  readonly isDetaching?: boolean | undefined;
}

/** Thrown when the records of another process are not known. */
export class UnansweredError extends Error {
  override readonly name = "UnansweredError";

  /** @param isAlone whether no other process can know of this one, either */
  constructor(
    why: string,
    readonly hint: string,
    readonly isAlone = false,
  ) {
    super(why);
  }
}

/**
 * The other provider processes, and other provider instances of this process, of one run of the
 * engine. Each has its own records, and answers from them as long as it lives.
 */
export interface OtherProcesses {
  /**
   * Lets the others ask this process. Must be awaited before the first `check` is answered. Never
   * rejects.
   */
  announce(): Promise<void>;
  /** Returns one answer of each. @throws UnansweredError */
  ask(question: Question): Promise<readonly ObjectFacts[]>;
}

export const noOtherProcesses: OtherProcesses = {
  announce: async () => undefined,
  ask: async () => [],
};
