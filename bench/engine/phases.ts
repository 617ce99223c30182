/** A command that is timed. They run in this order on each stack. */
export interface Phase {
  readonly name: string;
  readonly args: readonly string[];
  /** Whether one percent of the program's objects change before the command. */
  readonly changesProgram: boolean;
  /** Whether the command leaves the stack as it was, so that it can be timed again. */
  readonly isRepeatable: boolean;
  /** Whether the command changes objects. Only then do checkpoints matter. */
  readonly writes: boolean;
  /** Archived features in the account beside those of the stack. */
  readonly archivedFeatures: number;
}

const up = ["up", "--skip-preview"];
const refresh = ["refresh", "--skip-preview"];
const unchanged = { changesProgram: false, isRepeatable: true, writes: false, archivedFeatures: 0 } as const;

export const phases = {
  fromNothing: { ...unchanged, name: "`up` from nothing", args: up, isRepeatable: false, writes: true },
  withoutChanges: { ...unchanged, name: "`up` without changes", args: up },
  preview: { ...unchanged, name: "`preview`", args: ["preview"] },
  previewRefresh: { ...unchanged, name: "`preview --refresh`", args: ["preview", "--refresh"] },
  refresh: { ...unchanged, name: "`refresh`", args: refresh },
  onePercent: {
    ...unchanged,
    name: "`up --refresh` that changes 1 %",
    args: [...up, "--refresh"],
    changesProgram: true,
    writes: true,
  },
  amongArchived: {
    ...unchanged,
    name: "`refresh` beside 10,000 archived features",
    args: refresh,
    archivedFeatures: 10_000,
  },
  destroy: { ...unchanged, name: "`destroy`", args: ["destroy", "--skip-preview"], isRepeatable: false, writes: true },
} as const satisfies Record<string, Phase>;

export type PhaseName = keyof typeof phases;

export const phaseNames = Object.keys(phases) as PhaseName[];
