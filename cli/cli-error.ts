/** An error that the user can fix. It is printed without a stack trace. */
export class CliError extends Error {
  override readonly name = "CliError";

  constructor(
    /** Says what failed, on which object, and why. */
    message: string,
    /** The way to fix it, as sentences. */
    readonly hint: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Returns the message of an error, or its text where something else was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
