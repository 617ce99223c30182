import type { EntitlementsError } from "../errors";

/** How the line of a preview about an adoption starts. The command `diff` recognizes it. */
export const adoptionPrefix = "up will adopt ";

/** The effect of a create, given the object that exists already. */
export type CreatePlan =
  | { readonly action: "create" }
  /** `line` says what is adopted, and each property that changes. */
  | { readonly action: "adopt"; readonly line: string }
  /** The adoption policy does not allow to adopt the object. */
  | { readonly action: "reject"; readonly error: EntitlementsError };
