/** A command of `stripe-entitlements`. */
export interface Command {
  /** Describes the command in the list of commands. */
  readonly summary: string;
  /**
   * Runs the command with the arguments after its name.
   *
   * @throws UsageError if the arguments are wrong.
   */
  readonly run: (args: readonly string[]) => Promise<void>;
}
