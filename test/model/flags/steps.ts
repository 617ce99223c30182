import fc from "fast-check";
import { anyMarker, dashboardChangeWith, editWith, importing, move, name, nth, rarely, settings } from "../arbitraries";
import type { DashboardCommand, Import, Move, StackIndex } from "../commands";
import type { Edit } from "../edits";
import type { StackSettings } from "../program";

/** A command that the engine runs, with its flags. Numbers select resources. */
export interface EngineCommand {
  readonly command: "up" | "preview" | "refresh" | "destroy";
  /** The preview before the changes. `planned` is an `up` with the plan of a preview. */
  readonly preview: "none" | "first" | "only" | "planned";
  readonly refresh: boolean;
  readonly runProgram: boolean;
  readonly target: readonly number[];
  readonly targetDependents: boolean;
  readonly exclude: readonly number[];
  readonly excludeDependents: boolean;
  readonly replace: readonly number[];
  readonly continueOnError: boolean;
  readonly expectNoChanges: boolean;
  readonly excludeProtected: boolean;
  readonly parallel: number | undefined;
  readonly display: "--json" | "--diff" | undefined;
}

/** The modes of `pulumi:autonaming`. */
export type Autonaming = "default" | "verbatim" | "disabled";

/** A command that edits a state, or the settings of a stack. */
export type StateCommand =
  | { readonly command: "state delete"; readonly nth: number; readonly dependents: boolean }
  | { readonly command: "state rename"; readonly nth: number; readonly to: string; readonly inProgram: boolean }
  | { readonly command: "state taint"; readonly nth: number }
  | { readonly command: "state protect" | "state unprotect"; readonly nth: number }
  | { readonly command: "protect"; readonly names: readonly string[] }
  | { readonly command: "stack export" }
  | { readonly command: "stack import" }
  | { readonly command: "stack rename" }
  | { readonly command: "autonaming"; readonly mode: Autonaming };

type FlagCommand = EngineCommand | StateCommand | Import | Move;

/** Edits by hand, edits of the program, and one command, in turn. */
export interface Step {
  readonly stack: StackIndex;
  readonly byHand: readonly DashboardCommand[];
  readonly edits: readonly Edit[];
  readonly run: FlagCommand;
}

export interface FlagHistory {
  readonly settings: readonly Omit<StackSettings, "name">[];
  /** The first edits of each program. */
  readonly start: readonly (readonly Edit[])[];
  readonly steps: readonly Step[];
}

const some = fc.array(nth, { minLength: 1, maxLength: 3 });
const none: readonly number[] = [];
const seldom = (chance: number) => rarely(false, fc.constant(true), chance);

const engineCommand: fc.Arbitrary<EngineCommand> = fc.record({
  command: fc.oneof(
    { weight: 6, arbitrary: fc.constant("up" as const) },
    { weight: 1, arbitrary: fc.constant("preview" as const) },
    { weight: 2, arbitrary: fc.constant("refresh" as const) },
    { weight: 2, arbitrary: fc.constant("destroy" as const) },
  ),
  preview: rarely<EngineCommand["preview"]>("none", fc.constantFrom("first", "only", "planned"), 4),
  refresh: fc.boolean(),
  runProgram: seldom(4),
  target: rarely(none, some, 3),
  targetDependents: fc.boolean(),
  exclude: rarely(none, some, 5),
  excludeDependents: fc.boolean(),
  replace: rarely(none, some, 4),
  continueOnError: seldom(4),
  expectNoChanges: seldom(8),
  excludeProtected: seldom(4),
  parallel: rarely<number | undefined>(undefined, fc.constantFrom(1, 2), 3),
  display: rarely<EngineCommand["display"]>(undefined, fc.constantFrom("--json", "--diff"), 8),
});

const stateCommand: fc.Arbitrary<StateCommand> = fc.oneof<fc.Arbitrary<StateCommand>[]>(
  fc.record({ command: fc.constant("state delete"), nth, dependents: fc.boolean() }),
  fc.record({ command: fc.constant("state rename"), nth, to: name, inProgram: rarely(true, fc.constant(false), 4) }),
  fc.record({ command: fc.constant("state taint"), nth }),
  fc.record({ command: fc.constantFrom("state protect", "state unprotect"), nth }),
  fc.record({ command: fc.constant("protect"), names: fc.uniqueArray(name, { maxLength: 2 }) }),
  fc.constant({ command: "stack export" }),
  fc.constant({ command: "stack import" }),
  fc.constant({ command: "stack rename" }),
  fc.record({ command: fc.constant("autonaming"), mode: fc.constantFrom("default", "verbatim", "disabled") }),
);

const flagCommand: fc.Arbitrary<FlagCommand> = fc.oneof<fc.WeightedArbitrary<FlagCommand>[]>(
  { weight: 12, arbitrary: engineCommand },
  { weight: 6, arbitrary: stateCommand },
  { weight: 2, arbitrary: importing },
  { weight: 2, arbitrary: move },
);

const edit = editWith(seldom(4));
const addition = edit.filter(({ edit: kind }) => kind.startsWith("add"));

const step: fc.Arbitrary<Step> = fc.record({
  stack: rarely<StackIndex>(0, fc.constant(1), 3),
  byHand: rarely([], fc.array(dashboardChangeWith(anyMarker), { minLength: 1, maxLength: 2 }), 5),
  edits: fc.array(edit, { maxLength: 3 }),
  run: flagCommand,
});

const steps = 14;

export const flagHistories: fc.Arbitrary<FlagHistory> = fc.record({
  // `pulumi state move` needs the same settings.
  settings: fc.oneof(
    fc.tuple(settings, settings),
    settings.map((both) => [both, both]),
  ),
  start: fc.array(fc.array(addition, { minLength: 8, maxLength: 8 }), { minLength: 2, maxLength: 2 }),
  steps: fc.array(step, { minLength: steps, maxLength: steps }),
});
