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
  return hasUndefined(result) ? JSON.parse(JSON.stringify(result)) : result;
}

/** Whether the result holds `undefined`. Most do not, and copying each would cost more. */
function hasUndefined(result: unknown): boolean {
  if (typeof result !== "object" || result === null) return false;
  return Object.values(result).some((value) => value === undefined || hasUndefined(value));
}

function toEngineError(error: EntitlementsError): ErrorWithoutStack {
  hideSecondReports();
  return new ErrorWithoutStack(formatError(error));
}

const hiddenStack = "shown by the engine, on the resource";

/** An error whose message the engine shows. {@link hideSecondReports} knows it by its stack. */
class ErrorWithoutStack extends Error {
  constructor(message: string) {
    super(message);
    this.stack = hiddenStack;
  }
}

let isHiding = false;

/**
 * Leaves out a line of the SDK. After a failed check, diff, read or delete it calls
 * ``console.error(`${e}: ${e.stack}`)`` (cmd/dynamic-provider/index.js), and the engine shows that
 * line below the stack. It shows the error itself below the resource, so the line says nothing new.
 */
function hideSecondReports(): void {
  if (isHiding) return;
  isHiding = true;
  const { error } = console;
  console.error = (...parts: unknown[]) => {
    const [line] = parts;
    if (parts.length !== 1 || typeof line !== "string" || !line.endsWith(`: ${hiddenStack}`)) error(...parts);
  };
}
