import { EntitlementsError } from "../errors";

/**
 * The first resource that failed in this run. Nothing is deleted after a failure. Such a run
 * continues only with `--continue-on-error`, and a resource that looks removed may only depend on
 * the failed one: a program does not declare it if it waits for the failed resource's outputs in
 * `apply`, and some versions of the SDK do not register it at all.
 */
export class Failures {
  #first: string | undefined;

  /** Records that a resource was rejected, or could not be created, updated, imported or got. */
  record(subject: string): void {
    this.#first ??= subject;
  }

  /** The first resource that failed. Undefined if none did. */
  get first(): string | undefined {
    return this.#first;
  }

  /**
   * Throws if any resource failed in this run: a resource that looks removed may only have been
   * skipped.
   */
  assertNoFailure(subject: string): void {
    if (this.#first === undefined) return;
    throw new EntitlementsError(`${subject}: not deleted, because ${this.#first} failed in this run`, {
      kind: "notDeleted",
      hint:
        "Nothing was changed. It may still be declared but was skipped because a resource it depends on failed. Fix that " +
        "error and run `pulumi up` again.",
    });
  }
}
