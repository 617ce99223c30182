/** The exit codes of every command. docs/cli.md lists them. */
export const exitCodes = {
  /** Done, and no differences were found. */
  ok: 0,
  /** Nothing was done, or not everything: a wrong option, a failed request, a file in the way. */
  error: 1,
  /** Done, and differences were found. */
  different: 2,
} as const;
