import { isEntitlementsError, isPartialUpdateError } from "../lifecycle/errors";
import { requireCurrentNode } from "./node-version";

/** Runs one of the engine's calls: its result and its error leave in a form that the engine can take. */
export async function answer<T>(call: () => T | Promise<T>): Promise<T> {
  requireCurrentNode();
  try {
    return withoutUndefined(await call());
  } catch (error) {
    throw forEngine(error);
  }
}

/** The engine's encoding refuses `undefined` at any depth ("Unexpected struct type."). */
function withoutUndefined<T>(result: T): T {
  return result === undefined ? result : JSON.parse(JSON.stringify(result));
}

function forEngine(error: unknown): unknown {
  if (isPartialUpdateError(error))
    return Object.assign(forEngine(error.cause) as Error, { properties: error.properties });
  if (!isEntitlementsError(error)) return error;
  const { message, hint, requestId } = error;
  const request = requestId === undefined ? "" : ` (Stripe's request id: ${requestId})`;
  return new PlainError([`${message}${request}`, hint].filter(Boolean).join("\n"));
}

/**
 * An error without a stack trace: the engine shows the message, and for some calls `error` and `error.stack` besides.
 */
class PlainError extends Error {
  constructor(message: string) {
    super(message);
    this.stack = "failed, as said under the resource";
  }

  override toString(): string {
    return this.message.split(": ", 1)[0] ?? "";
  }
}
