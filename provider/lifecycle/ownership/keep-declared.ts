import { EntitlementsError } from "../errors";
import type { KeepReason } from "../run/declarations";
import type { Log } from "../run/log";

/**
 * Returns true if another resource still declares the object, so that it must not be deleted.
 *
 * @throws EntitlementsError if that resource failed to adopt it.
 */
export function mustKeep(log: Log, subject: string, reason: KeepReason | undefined): boolean {
  switch (reason?.why) {
    case undefined:
      return false;
    case "replaced":
      log(`${subject} is still declared. It is kept.`);
      return true;
    case "moved":
      log(`${subject} is managed by ${reason.to} now. It is kept.`);
      return true;
    case "notAdopted":
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
