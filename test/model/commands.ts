import type { Edit } from "./edits";
import type { Kill } from "./provider-process";

/** A fault of the server that one command meets. */
export interface Trouble {
  readonly kind:
    | "dropped before"
    | "dropped after"
    | "cut"
    | "500 before"
    | "500 after"
    | "500 kept"
    | "429"
    | "lock_timeout";
  /** So many requests pass before it. */
  readonly skip: number;
  /** So many requests meet it. */
  readonly times: number;
}

/** `right`, or by mistake the one of another account, or of live mode. */
export type Key = "right" | "other account" | "other mode";

interface Deploying {
  readonly key: Key;
  readonly parallel: number;
  readonly checkpoints: boolean;
  readonly troubles: readonly Trouble[];
  readonly kill: Kill | undefined;
}

export interface Up extends Deploying {
  readonly command: "up";
  readonly refresh: boolean;
  readonly continueOnError: boolean;
  /** Of the program's resources. */
  readonly replace: readonly number[];
}

export interface Refresh extends Deploying {
  readonly command: "refresh";
}

export interface Destroy extends Deploying {
  readonly command: "destroy";
  readonly refresh: boolean;
}

/** Something that a person does in the Dashboard, or another program. Numbers choose among what is there. */
export type ByHand =
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
  | ({ readonly command: "by hand" } & ByHand)
  | { readonly command: "lose the state" };

/** One line. */
export function describe(command: Command): string {
  if (command.command === "edit") return `edit: ${command.edits.map(words).join("; ")}`;
  return words(command);
}

function words(fields: object): string {
  const [[, title] = ["", ""], ...rest] = Object.entries(fields);
  const told = rest.filter(([, value]) => value !== undefined && value !== false && !isEmptyList(value));
  return [String(title), ...told.map(([name, value]) => `${name}=${JSON.stringify(value)}`)].join(" ");
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}
