import { EntitlementsError } from "../errors";
import type { KeepReason, NotAdopted } from "../run/declarations";
import type { Failures } from "../run/failures";
import type { Log } from "../run/log";
import { type AdoptionPolicy, isForeign } from "./policy";

interface Run {
  readonly log: Log;
  readonly failures: Failures;
}

/**
 * Whether the policy of the resource that declares the object, but has not adopted it, allows to
 * adopt it.
 */
export function mayAdoptLater(
  { adopt: defaultPolicy }: { readonly adopt: AdoptionPolicy },
  reason: KeepReason | undefined,
): reason is NotAdopted {
  return reason?.why === "notAdopted" && (reason.adopt ?? defaultPolicy) !== "never";
}

/**
 * Returns true if another resource still declares the object, so that it must not be deleted.
 *
 * @param isYetToAdopt whether the resource that declares the object may adopt it later in this run
 * @throws EntitlementsError if that resource did not adopt the object, or may not have because a
 * resource failed in this run. The old resource must then stay in the state: nothing else there
 * knows the object.
 */
export function mustKeep(
  { log, failures }: Run,
  subject: string,
  reason: KeepReason | undefined,
  isYetToAdopt = false,
): boolean {
  switch (reason?.why) {
    case undefined:
      return false;
    case "replaced":
      if (!reason.isManaged) failures.assertNoFailure(subject);
      log(`${subject} is still declared. It is kept.`);
      return true;
    case "moved":
      log(`${subject} is managed by ${reason.to} now. It is kept.`);
      return true;
    case "notAdopted":
      if (isYetToAdopt) {
        failures.assertNoFailure(subject);
        log(`${subject} is left to ${reason.by}, which declares it now. It is kept.`);
        return true;
      }
      throw new EntitlementsError(
        `${subject}: not deleted, because ${reason.by} declares it too and did not adopt it`,
        {
          kind: "notDeleted",
          hint:
            "Nothing was changed. Fix the error on that resource first. If it is this resource under a new name, give it " +
            "`aliases`.",
        },
      );
  }
}

/**
 * Whether the engine replaces the resource by force, and deletes first: the create that declares
 * the same object is still to come. The engine compares nothing then.
 *
 * @param find returns the feature, or the attached one. Undefined if the object does not exist.
 * @throws EntitlementsError if the create may not adopt the object: then no state would hold it
 */
export async function isReplacedByForce(
  { adopt: defaultPolicy, failures }: { readonly adopt: AdoptionPolicy; readonly failures: Failures },
  subject: string,
  reason: KeepReason | undefined,
  find: () => Promise<{ readonly marker?: string | undefined } | undefined>,
): Promise<boolean> {
  if (reason?.why !== "replaced" || reason.isManaged) return false;
  failures.assertNoFailure(subject);
  const policy = reason.adopt ?? defaultPolicy;
  if (policy === "any") return true;
  const existing = await find();
  if (existing === undefined) return true;
  if (policy === "never") {
    throw notReplaced(subject, 'adopt: "never" forbids to adopt it again', 'Remove adopt: "never"');
  }
  if (!isForeign(existing.marker, reason.owner)) return true;
  const why = `its feature carries the marker of another stack, ${existing.marker}`;
  throw notReplaced(subject, why, 'Set adopt: "any" on this resource');
}

function notReplaced(subject: string, why: string, way: string): EntitlementsError {
  return new EntitlementsError(`${subject}: not replaced, because ${why}`, {
    kind: "notDeleted",
    hint: `Nothing was changed. ${way}, or do not force the replacement.`,
  });
}
