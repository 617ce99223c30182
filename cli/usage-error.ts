/** The arguments of a command are wrong. */
export class UsageError extends Error {
  override readonly name = "UsageError";

  constructor(
    message: string,
    /** The usage text of the command. It is printed below the message. */
    readonly usage: string,
  ) {
    super(message);
  }
}
