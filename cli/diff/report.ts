import type { Changes } from "./changes";

/** The content of the outputs: the changes, and facts about them. */
export interface Report {
  readonly changes: Changes;
  /** The commit that the catalog was compared with. Undefined for a preview. */
  readonly comparedWith: string | undefined;
  readonly notes: readonly Note[];
  /** Whether the features and attachments that do not change are known, too. */
  readonly isComplete: boolean;
}

/** A fact that only the source of the changes knows. */
export type Note =
  /** The commit has no catalog, so everything is new. */
  | { readonly kind: "newCatalog"; readonly file: string; readonly commit: string }
  /** The preview failed, so it may not show everything. */
  | { readonly kind: "failed"; readonly messages: readonly string[] }
  /** Objects were changed outside Pulumi. */
  | { readonly kind: "drift"; readonly objects: readonly DriftedObject[] }
  /** A warning of the preview. */
  | { readonly kind: "warning"; readonly message: string };

/** A feature, or its attachment to a plan. */
export interface DriftedObject {
  readonly key: string;
  /** The label of the plan. Undefined for the feature itself. */
  readonly plan: string | undefined;
  readonly drift: "changed" | "gone";
}
