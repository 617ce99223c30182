import type { Edit } from "./edits";
import type { InjectedFault } from "./faults";
import { stackNames } from "./program";
import type { Kill } from "./provider-process";

/** The API key of a run. A wrong key is of another account, or of the account's other mode. */
export type Key = "right" | "other account" | "other mode";

interface Deploying {
  readonly key: Key;
  readonly parallel: number;
  readonly checkpoints: boolean;
  readonly faults: readonly InjectedFault[];
  readonly kill: Kill | undefined;
  /** Whether answers take some milliseconds, so that requests overlap. */
  readonly latency: boolean;
  /** Decides the order where the engine has none. */
  readonly order: number;
  readonly continueOnError: boolean;
}

export interface Up extends Deploying {
  readonly command: "up";
  readonly refresh: boolean;
  /** Whether every replacement deletes first, as with `pulumi:autonaming` in mode verbatim. */
  readonly deleteFirst: boolean;
  /** Indexes of the program's resources whose replacement is forced. */
  readonly replace: readonly number[];
}

export interface Refresh extends Deploying {
  readonly command: "refresh";
}

export interface Destroy extends Deploying {
  readonly command: "destroy";
  readonly refresh: boolean;
}

/**
 * A change that a person makes in the Dashboard, or another program. `nth` selects one of the
 * existing objects.
 */
export type DashboardChange =
  | { readonly change: "rename"; readonly nth: number; readonly to: string }
  | { readonly change: "set metadata"; readonly nth: number; readonly to: Readonly<Record<string, string>> }
  | { readonly change: "set marker"; readonly nth: number; readonly to: string | undefined }
  | { readonly change: "archive"; readonly nth: number }
  | { readonly change: "attach"; readonly nth: number; readonly product: string }
  | { readonly change: "detach"; readonly nth: number }
  | { readonly change: "delete product"; readonly product: string }
  | { readonly change: "create product"; readonly product: string }
  | { readonly change: "create feature"; readonly lookupKey: string; readonly marker: string | undefined };

/** Selects one of the stacks of a history. */
export type StackIndex = 0 | 1;

/** Writes an object into the state, as `pulumi import --file` does. */
export interface Import {
  readonly command: "import";
  readonly which: "feature" | "attachment";
  readonly nth: number;
  /** The name of the resource if the program does not declare the object yet. */
  readonly name: string;
  /** Whether the program declares the object afterwards. */
  readonly declare: boolean;
}

/** Moves resources to the other stack, in the states and in the programs: `pulumi state move`. */
export interface Move {
  readonly command: "move";
  readonly which: "feature" | "attachment" | "feature and attachments";
  readonly nth: number;
}

/** A command on one stack. */
export type StackCommand =
  | { readonly command: "edit"; readonly edits: readonly Edit[] }
  /** Takes the last edit back, or makes it again. */
  | { readonly command: "revert" }
  | Up
  | Refresh
  | Destroy
  | { readonly command: "lose the state" }
  | Import
  | Move;

export type DashboardCommand = { readonly command: "dashboard change" } & DashboardChange;

export type Command = ({ readonly stack: StackIndex } & StackCommand) | DashboardCommand;

/** The conditions of a run in which nothing goes wrong. */
export const undisturbed = {
  key: "right",
  parallel: 1,
  checkpoints: true,
  faults: [],
  kill: undefined,
  latency: false,
  order: 0,
  continueOnError: false,
} as const;

/** Returns the command in one line. */
export function formatCommand(command: Command): string {
  if (command.command === "dashboard change") return formatFields(command);
  const { stack, ...fields } = command;
  const text = fields.command === "edit" ? `edit: ${fields.edits.map(formatFields).join("; ")}` : formatFields(fields);
  return `${stackNames[stack]}: ${text}`;
}

function formatFields(fields: object): string {
  const [[, title] = ["", ""], ...rest] = Object.entries(fields);
  const shown = rest.filter(([, value]) => !isUsual(value));
  return [String(title), ...shown.map(([name, value]) => `${name}=${JSON.stringify(value)}`)].join(" ");
}

function isUsual(value: unknown): boolean {
  return value === undefined || value === false || (Array.isArray(value) && value.length === 0);
}
