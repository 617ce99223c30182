import type { Connection } from "./connection";

/** A property that cannot be as it is declared, and why. */
export interface CheckFailure {
  /** A property of the resource. */
  readonly property: string;
  readonly reason: string;
}

export interface CheckResult {
  readonly inputs: Record<string, unknown>;
  readonly failures: readonly CheckFailure[];
}

export interface DiffResult {
  readonly changes: boolean;
  /** The properties that cannot be changed in place. */
  readonly replaces: readonly string[];
  /** Whether a replacement, this one or one that is forced, has to delete the old object first. */
  readonly deleteBeforeReplace: boolean;
}

export interface CheckOptions {
  /** Whether features are marked with the resource that made them. */
  readonly ownership: "metadata" | "none";
}

/**
 * What a resource does over its life. `Inputs` is what is declared, `State` what is kept.
 *
 * `check` and `diff` send nothing: the engine calls them one after the other for every resource.
 */
export interface ResourceRules<Inputs, State> {
  /** Holds the declared properties against their rules; `inputs` is what the other calls will see. */
  check(news: Readonly<Record<string, unknown>>, options: CheckOptions): CheckResult;
  diff(olds: State, news: Inputs): DiffResult;
  create(connection: Connection, inputs: Inputs): Promise<{ id: string; outs: State }>;
  /** @returns the object as Stripe has it; undefined when it is gone. */
  read(
    connection: Connection,
    id: string,
    state: Partial<State>,
  ): Promise<{ id: string; props: State; inputs: Inputs } | undefined>;
  update(connection: Connection, id: string, olds: State, news: Inputs): Promise<State>;
  /** Succeeds when the object is gone already. */
  delete(connection: Connection, id: string, state: State): Promise<void>;
}
