/**
 * A finding of the prose linter that is right as it is. An exception without a finding fails the
 * check.
 */
export interface Exception {
  readonly file: string;
  readonly rule: string;
  /** A part of the line of the file. */
  readonly line: string;
  readonly why: string;
}

export const exceptions: readonly Exception[] = [];
