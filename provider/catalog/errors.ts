/** A mistake in a declaration. */
export interface CatalogIssue {
  /** Where the mistake is: `plans.enterprise.features[2]`, or empty for the whole declaration. */
  readonly path: string;
  /** Why the value at the path is rejected: `must not be empty`. */
  readonly reason: string;
}

/**
 * An invalid declaration, an unknown plan or feature, or a list that does not say what a customer
 * may use. The message ends with the hint. A Pulumi program shows the message alone, without a
 * stack trace.
 */
export class CatalogError extends Error {
  declare readonly name: "CatalogError";
  static {
    // On the prototype, because the stack trace gets the name before the constructor can set it.
    Object.defineProperty(CatalogError.prototype, "name", { value: "CatalogError" });
  }
  /** The way to fix it about the error, as a sentence. */
  declare readonly hint: string;
  /** All mistakes of an invalid declaration. Empty for other errors. */
  declare readonly issues: readonly CatalogIssue[];

  constructor(
    message: string,
    { hint, issues = [] }: { readonly hint: string; readonly issues?: readonly CatalogIssue[] },
  ) {
    super(`${message}\n${hint}`);
    // Pulumi prints an error without its stack trace if it has the property __pulumiRunError, as
    // RunError does (https://github.com/pulumi/pulumi/blob/master/sdk/nodejs/errors.ts). RunError
    // itself would have to be imported. Node prints the enumerable properties of an uncaught error.
    // The message says the same, so none is enumerable.
    const properties = { hint, issues, __pulumiRunError: true };
    for (const [property, value] of Object.entries(properties)) Object.defineProperty(this, property, { value });
  }
}

/** Whether the value is a CatalogError, also one of another copy of this package. */
export function isCatalogError(error: unknown): error is CatalogError {
  // By name, because `instanceof` is false for the class of another copy.
  return error instanceof Error && error.name === "CatalogError";
}
