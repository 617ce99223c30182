import * as z from "../../zod";
import { adoptionPolicies } from "../ownership/policy";

const text = z.string().optional();
const flag = z.boolean().optional();
const adopt = z.enum(adoptionPolicies).optional();

/** An object that a rule asks the other provider processes of its run about. */
export const questionSchema = z.object({
  kind: z.enum(["features", "productFeatures"]),
  /** The key of the object in the declarations of its kind. Empty where it is not known. */
  key: z.string(),
  id: text,
  /** The feature, or the attached one, `feat_…`. */
  feature: text,
  marker: text,
  /** The resource that asks. */
  owner: text,
  /** Whether the other processes answer once the program is quiet for them. */
  whenQuiet: flag,
  // Where the process that asks has its objects, as far as it knows. Two accounts may have objects
  // with the same key.
  account: text,
  mode: z.enum(["test", "live"]).optional(),
});

/** The records of another process about an object. */
export const factsSchema = z.object({
  /** The first resource that failed there. */
  failed: text,
  /** Why the object must not be deleted. */
  keep: z
    .discriminatedUnion("why", [
      z.object({ why: z.literal("replaced"), isManaged: z.boolean(), owner: text, adopt }),
      z.object({ why: z.literal("moved"), to: z.string() }),
      z.object({ why: z.literal("notAdopted"), by: z.string(), adopt }),
    ])
    .optional(),
  /** The resource that declares the object's key there. */
  declaredBy: text,
  /** Whether that resource has exactly this object, or is about to adopt it. */
  isHeld: flag,
  /** Whether that resource may have the object. */
  mayHave: flag,
  /** Whether the resource that the marker names may declare the object there. */
  isMarkerDeclared: flag,
  /** Whether the resource that the marker names declares another object there. */
  isMarkerMoved: flag,
  /** Whether a resource there has the object, and declares another one. */
  isGivenUp: flag,
  /** The declaration that replaces the feature there, where the delete comes first. */
  successor: z.object({ lookupKey: z.string(), owner: text, adopt }).optional(),
  /** Whether a declared resource there has the feature and writes its marker. */
  isOwnedFeature: flag,
  /** Whether a delete of a feature with the key is in flight. */
  isArchiving: flag,
  /** Whether a delete of an attachment of the feature is in flight. */
  isDetaching: flag,
});

export type Question = z.infer<typeof questionSchema>;
export type Place = Pick<Question, "account" | "mode">;
export type AskedObject = Omit<Question, keyof Place>;
export type ObjectFacts = z.infer<typeof factsSchema>;

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
