/** A command as a user waits for it, in the order in which they are run on each stack. */
export interface Phase {
  readonly name: string;
  readonly args: readonly string[];
  /** What the program says when it runs. */
  readonly edition: Edition;
  /** Whether it leaves the stack as it was, so that it can be timed again. */
  readonly isRepeatable: boolean;
  /** Features that the account holds besides, archived. */
  readonly archived: number;
}

/** The program as it was for the command before, or with one percent changed. */
export type Edition = "same" | "next";

const up = ["up", "--skip-preview"];
const refresh = ["refresh", "--skip-preview"];
const unchanged = { edition: "same", isRepeatable: true, archived: 0 } as const;

export const phases = {
  fromNothing: { ...unchanged, name: "`up` from nothing", args: up, isRepeatable: false },
  withoutChanges: { ...unchanged, name: "`up` without changes", args: up },
  preview: { ...unchanged, name: "`preview`", args: ["preview"] },
  previewRefresh: { ...unchanged, name: "`preview --refresh`", args: ["preview", "--refresh"] },
  refresh: { ...unchanged, name: "`refresh`", args: refresh },
  onePercent: {
    name: "`up --refresh` that changes 1 %",
    args: [...up, "--refresh"],
    edition: "next",
    isRepeatable: true,
    archived: 0,
  },
  amongArchived: { ...unchanged, name: "`refresh` beside 10,000 archived", args: refresh, archived: 10_000 },
  destroy: { ...unchanged, name: "`destroy`", args: ["destroy", "--skip-preview"], isRepeatable: false },
} as const satisfies Record<string, Phase>;

export type PhaseName = keyof typeof phases;

export const phaseNames = Object.keys(phases) as PhaseName[];
