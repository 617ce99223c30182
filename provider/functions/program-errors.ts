import { EntitlementsError, formatError, isEntitlementsError } from "../lifecycle/errors";

// One failure can reject many calls. As one error, Pulumi prints it once.
const programErrors = new WeakMap<object, EntitlementsError>();

/**
 * Returns the error that a program gets for an EntitlementsError: its message ends with the request
 * id and the hint, and Pulumi prints it without a stack trace, as it prints a RunError. Returns the
 * same error for the same one, and other errors unchanged.
 */
export function toProgramError(error: unknown): unknown {
  if (!isEntitlementsError(error)) return error;
  const known = programErrors.get(error) ?? withoutTrace(error);
  programErrors.set(error, known);
  return known;
}

function withoutTrace(error: EntitlementsError): EntitlementsError {
  const { kind, hint, requestId } = error;
  const shown = new EntitlementsError(formatError(error), { kind, hint, requestId, cause: error.cause });
  // `RunError.isInstance` reads this property, in each copy of Pulumi's SDK.
  return Object.defineProperty(shown, "__pulumiRunError", { value: true });
}
