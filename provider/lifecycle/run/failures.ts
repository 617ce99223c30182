import { withErrorContext, EntitlementsError } from "../errors";
import type { Run } from "./run";

/**
 * As {@link withErrorContext}, for a create or an update; nothing is deleted any more in a run in which one fails. Such a run goes on only with
 * `--continue-on-error`, and then whatever depends on the failed resource is not registered, so that the engine takes it for removed.
 */
export async function aboutChange<T>(run: Run, subject: string, step: () => Promise<T>): Promise<T> {
  try {
    return await withErrorContext(subject, step);
  } catch (error) {
    run.fails(subject);
    throw error;
  }
}

/** Throws when something failed in this run: what looks removed from the program may only have waited for it. */
export function refuseAfterFailure({ failed }: Run, subject: string): void {
  if (failed === undefined) return;
  throw new EntitlementsError(`${subject}: not deleted, because ${failed} failed in this run`, {
    hint: "Nothing was changed: it may be declared still, by a resource that waited for the other. Mend that, and run `pulumi up` again.",
  });
}
