import type { Claims } from "./claims";
import type { Program, StackSettings } from "./program";
import type { State } from "./resource";
import type { ServerView } from "./server-view";

/** The effect of a command on one stack. */
export interface Transition {
  readonly settings: StackSettings;
  /** Empty for a destroy. */
  readonly program: Program;
  /** Whether the command read every resource first. */
  readonly hasRefreshed: boolean;
  readonly stateBefore: State;
  readonly state: State;
  readonly before: ServerView;
  readonly after: ServerView;
  /** Ids of the objects that this stack has created or taken over so far. */
  readonly ours: ReadonlySet<string>;
  readonly claims: Claims;
}
