import { EntitlementsError } from "../errors";
import type { LocalContext } from "../session";

interface Doomed {
  readonly id: string;
  readonly identity: string;
  readonly owner: string | undefined;
}

/** Whether an object is not to go with its resource, because it stays declared; throws when nobody has it and somebody should. */
export function isSpared({ run, log }: LocalContext, subject: string, { id, identity, owner }: Doomed): boolean {
  const reprieve = run.reprieve(identity, id, owner);
  switch (reprieve?.why) {
    case undefined:
      return false;
    case "replaced":
      log(`${subject} is still declared: it is left as it is.`);
      return true;
    case "moved":
      log(`${subject} is ${reprieve.to} now: it is left as it is.`);
      return true;
    case "wanted":
      throw new EntitlementsError(`${subject}: ${reprieve.by} declares it too, and could not take it over`, {
        hint: "Nothing was changed. Mend what that resource complains of first; if it is this one under a new name, give it `aliases`.",
      });
  }
}
