import { assertCurrentNode } from "../config/node-version";
import {
  type EntitlementsError,
  formatError,
  isEntitlementsError,
  isPartialUpdateError,
  type PartialUpdateError,
} from "../lifecycle/errors";

/** The resource of an update. */
interface UpdatedResource {
  readonly id: string;
  /** The code of the provider, as it came with the new inputs. */
  readonly provider: unknown;
}

/**
 * Runs a call of the engine, and returns its result or throws its error in a form that the engine
 * accepts.
 */
export async function runEngineCall<T>(call: () => T | Promise<T>, updated?: UpdatedResource): Promise<T> {
  try {
    assertCurrentNode();
    return withoutUndefined(await call());
  } catch (error) {
    if (isPartialUpdateError(error) && updated !== undefined) throw initializationError(error, updated);
    throw isEntitlementsError(error) ? toEngineError(error) : error;
  }
}

/**
 * Returns an error that makes the engine store a partial update. Only an error with an id does, and
 * the engine then stores exactly its properties: without `__provider` the resource could not be
 * refreshed or deleted any more.
 */
function initializationError({ cause, state }: PartialUpdateError, { id, provider }: UpdatedResource): Error {
  const error = toEngineError(cause);
  return Object.assign(error, {
    id,
    reasons: [error.message],
    properties: withoutUndefined({ ...state, __provider: provider }),
  });
}

/** The engine's encoding rejects `undefined` at any depth ("Unexpected struct type."). */
function withoutUndefined<T>(result: T): T {
  return result === undefined ? result : JSON.parse(JSON.stringify(result));
}

function toEngineError(error: EntitlementsError): ErrorWithoutStack {
  return new ErrorWithoutStack(formatError(error));
}

/**
 * The engine shows the message, and for some calls the error and its stack as well. So these are
 * short.
 */
class ErrorWithoutStack extends Error {
  constructor(message: string) {
    super(message);
    this.stack = "failed; see the error on the resource";
  }

  override toString(): string {
    return this.message.split(": ", 1)[0] ?? "";
  }
}
