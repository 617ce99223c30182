import type { ConfigurationPlace } from "../configuration-place";
import { type EntitlementsError, toUserError } from "../errors";

const passingKinds: ReadonlySet<EntitlementsError["kind"]> = new Set([
  "permission",
  "connection",
  "api",
  "rateLimit",
  "lockTimeout",
  "idempotency",
]);

/**
 * Returns the error about a preview that could not compare its creates with Stripe.
 *
 * @param place where the user sets the settings
 */
export function toUnreadError(error: unknown, place: ConfigurationPlace): EntitlementsError {
  return toUserError(
    "Stripe could not be read, so this preview does not show all objects that `up` would adopt or reject",
    error,
    place,
  );
}

/** Whether the preview continues after the error, which says nothing about the program. */
export function mayContinueUnread({ kind }: EntitlementsError): boolean {
  return passingKinds.has(kind);
}
