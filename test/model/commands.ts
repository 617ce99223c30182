import type { Edit } from "./edits";
import type { InjectedFault } from "./faults";
import type { Kill } from "./provider-process";

/** The API key of a run. A wrong key is of another account, or of the account's other mode. */
export type Key = "right" | "other account" | "other mode";

interface Deploying {
  readonly key: Key;
  readonly parallel: number;
  readonly checkpoints: boolean;
  readonly faults: readonly InjectedFault[];
  readonly kill: Kill | undefined;
}

export interface Up extends Deploying {
  readonly command: "up";
  readonly refresh: boolean;
  readonly continueOnError: boolean;
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
  | { readonly change: "remove marker"; readonly nth: number }
  | { readonly change: "set marker of another stack"; readonly nth: number }
  | { readonly change: "archive"; readonly nth: number }
  | { readonly change: "attach"; readonly nth: number; readonly product: string }
  | { readonly change: "detach"; readonly nth: number }
  | { readonly change: "delete product"; readonly product: string }
  | { readonly change: "create product"; readonly product: string }
  | { readonly change: "create feature"; readonly lookupKey: string; readonly marker: string | undefined };

export type Command =
  | { readonly command: "edit"; readonly edits: readonly Edit[] }
  | Up
  | Refresh
  | Destroy
  | ({ readonly command: "dashboard change" } & DashboardChange)
  | { readonly command: "lose the state" };

/** Returns the command in one line. */
export function formatCommand(command: Command): string {
  if (command.command === "edit") return `edit: ${command.edits.map(formatFields).join("; ")}`;
  return formatFields(command);
}

function formatFields(fields: object): string {
  const [[, title] = ["", ""], ...rest] = Object.entries(fields);
  const shown = rest.filter(([, value]) => value !== undefined && value !== false && !isEmptyList(value));
  return [String(title), ...shown.map(([name, value]) => `${name}=${JSON.stringify(value)}`)].join(" ");
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}
