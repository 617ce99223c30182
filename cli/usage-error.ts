/** The command was called in a way it does not know. */
export class UsageError extends Error {
  override readonly name = "UsageError";

  constructor(
    message: string,
    /** How it is called. */
    readonly usage: string,
  ) {
    super(message);
  }
}
