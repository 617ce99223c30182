/** Findings of the prose linter that are right as they are. An exception that no longer applies fails the check. */
export interface Exception {
  readonly file: string;
  readonly rule: string;
  /** The line of the file that contains this text is excepted. */
  readonly line: string;
  readonly why: string;
}

export const exceptions: readonly Exception[] = [];
