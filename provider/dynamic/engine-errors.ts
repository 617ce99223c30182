import {
  type EntitlementsError,
  isEntitlementsError,
  isPartialUpdateError,
  type PartialUpdateError,
} from "../lifecycle/errors";
import { requireCurrentNode } from "../config/node-version";

/** The resource that an update is about. */
interface Updated {
  readonly id: string;
  /** The text of the provider, as it came with the new inputs. */
  readonly provider: unknown;
}

/** Runs one of the engine's calls: its result and its error leave in a form that the engine can take. */
export async function runEngineCall<T>(call: () => T | Promise<T>, updated?: Updated): Promise<T> {
  try {
    requireCurrentNode();
    return withoutUndefined(await call());
  } catch (error) {
    if (isPartialUpdateError(error) && updated !== undefined) throw initFailed(error, updated);
    throw forEngine(error);
  }
}

/**
 * Only an error with an id makes the engine keep `properties` as the state, and the whole state: without `__provider` the resource could be
 * neither refreshed nor deleted any more.
 */
function initFailed({ cause, properties }: PartialUpdateError, { id, provider }: Updated): Error {
  const error = plain(cause);
  return Object.assign(error, {
    id,
    reasons: [error.message],
    properties: withoutUndefined({ ...properties, __provider: provider }),
  });
}

/** The engine's encoding refuses `undefined` at any depth ("Unexpected struct type."). */
function withoutUndefined<T>(result: T): T {
  return result === undefined ? result : JSON.parse(JSON.stringify(result));
}

function forEngine(error: unknown): unknown {
  return isEntitlementsError(error) ? plain(error) : error;
}

function plain(error: EntitlementsError): PlainError {
  return new PlainError(formatError(error));
}

/** All that a user has to know of the error. */
export function formatError({ message, hint, requestId }: EntitlementsError): string {
  const request = requestId === undefined ? "" : ` (Stripe's request id: ${requestId})`;
  return [`${message}${request}`, hint].filter(Boolean).join("\n");
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
