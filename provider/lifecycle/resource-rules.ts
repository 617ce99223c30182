import type { ProviderContext } from "./context";
import type { LocalContext } from "./session";

export type UncheckedInputs = Readonly<Record<string, unknown>>;

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
}

/**
 * What a resource does over its life. `Inputs` is what is declared, `State` what is kept.
 *
 * `check` and `diff` send nothing: the engine calls them one after the other for every resource.
 */
export interface ResourceRules<Inputs, State> {
  /**
   * Holds the declared properties against their rules. `olds` are the inputs of before, empty for a resource that is yet to be
   * created or replaced; `inputs` of the result is what the other calls will see.
   */
  check(session: LocalContext, olds: UncheckedInputs, news: UncheckedInputs): CheckResult;
  diff(session: LocalContext, id: string, olds: State, news: Inputs): DiffResult;
  create(connection: ProviderContext, inputs: Inputs): Promise<{ id: string; outs: State }>;
  /** @returns the object as Stripe has it; undefined when it is gone. */
  read(
    connection: ProviderContext,
    id: string,
    state: Partial<State>,
  ): Promise<{ id: string; props: State; inputs: Inputs } | undefined>;
  update(connection: ProviderContext, id: string, olds: State, news: Inputs): Promise<State>;
  /** Succeeds when the object is gone already. */
  delete(connection: ProviderContext, id: string, state: State): Promise<void>;
}
