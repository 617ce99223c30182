import type { AccountAndMode } from "./account/account";
import type { LocalContext, ProviderContext } from "./context";
import { isPartialUpdateError, toUserError } from "./errors";
import type { CreatePlan } from "./ownership/create-plan";

export type UncheckedInputs = Readonly<Record<string, unknown>>;

/** A property that is invalid, and why. */
export interface CheckFailure {
  /** The name of a property of the resource. */
  readonly property: string;
  readonly reason: string;
}

/** One call of check. */
export interface CheckRequest {
  /** The owner of the resource: `<project>/<stack>/<resource name>`. */
  readonly owner: string | undefined;
  /** The inputs of the last run. Empty for a resource that is new or being replaced. */
  readonly olds: UncheckedInputs;
  readonly news: UncheckedInputs;
}

export interface CheckResult {
  /** The inputs that the other calls receive. */
  readonly inputs: Record<string, unknown>;
  readonly failures: readonly CheckFailure[];
}

export interface DiffResult {
  /**
   * The properties that change: inputs, and outputs that an update would correct. Empty when there
   * is nothing to do.
   */
  readonly changed: readonly string[];
  /** Those of them that cannot be updated in place. */
  readonly replaces: readonly string[];
}

/** An object as a read found it. */
export interface ReadResult<Inputs, State> {
  readonly id: string;
  readonly props: State;
  /** The inputs that would declare the object as it is. */
  readonly inputs: Inputs;
}

/**
 * The rules of one resource. `Inputs` is what a program declares, `State` what the state holds.
 *
 * `check` and `diff` send nothing, because the engine calls them one after the other for all
 * resources.
 */
export interface ResourceRules<Inputs, State> {
  /**
   * Compares the declared properties with their limits, and with the other resources of the
   * program.
   *
   * @param imported the object, if this run imports it into the resource
   * @throws EntitlementsError if the resource may not have the imported object
   */
  check(context: LocalContext, request: CheckRequest, imported?: ReadResult<Inputs, State>): CheckResult;
  /** Says whether the resource must be updated or replaced. */
  diff(context: LocalContext, id: string, olds: State, news: Inputs): DiffResult;
  /**
   * Returns the state that a create or an update will leave, for a preview. A value that is not
   * known yet is `unknownValue`. Sends nothing.
   *
   * @param olds the state before an update
   */
  preview(context: LocalContext, news: Inputs, olds?: State): object;
  /**
   * Says what a create will do, for a preview. Sends only reads, and those for many objects once.
   */
  plan(context: ProviderContext, inputs: Inputs): Promise<CreatePlan>;
  /** Creates or adopts the object. */
  create(context: ProviderContext, inputs: Inputs): Promise<{ id: string; outs: State }>;
  /** Returns the object as it is in Stripe, or undefined when it is treated as deleted. */
  read(context: ProviderContext, id: string, state: Partial<State>): Promise<ReadResult<Inputs, State> | undefined>;
  /** Changes the object. @throws PartialUpdateError when a part of the change was made. */
  update(context: ProviderContext, id: string, olds: State, news: Inputs): Promise<State>;
  /** Archives or detaches the object. Succeeds when it is gone already. */
  delete(context: ProviderContext, id: string, state: State): Promise<void>;
}

/** Returns how messages name a resource, from its state or its inputs. */
export type SubjectOf<State> = (properties: Partial<State>, id?: string) => string;

/**
 * Returns the rules with errors that users understand: a failed request becomes an error about the
 * resource. Other errors pass unchanged. A failed create, update or first read is also recorded in
 * `context.failures`: after a failure, a run deletes nothing. `check` and `diff` send no requests,
 * and `check` records its own failures.
 */
export function withErrorHandling<Inputs, State extends Inputs>(
  rules: ResourceRules<Inputs, State>,
  subjectOf: SubjectOf<State>,
): ResourceRules<Inputs, State> {
  // Inputs are a part of the state.
  const subjectOfInputs = (inputs: Inputs, id?: string) => subjectOf(inputs as Partial<State>, id);
  return {
    check: rules.check,
    diff: rules.diff,
    preview: rules.preview,
    plan: rules.plan,
    create: (context, inputs) =>
      runRecordingFailure(context, subjectOfInputs(inputs), () => rules.create(context, inputs)),
    read: (context, id, state) => {
      const run = isFirstRead(state) ? runRecordingFailure : withExplainedErrors;
      return run(context, subjectOf(state, id), () => rules.read(context, id, state));
    },
    update: (context, id, olds, news) =>
      runRecordingFailure(context, subjectOfInputs(news, id), () => rules.update(context, id, olds, news)),
    delete: (context, id, state) =>
      withExplainedErrors(context, subjectOf(state, id), () => rules.delete(context, id, state)),
  };
}

/**
 * Whether the object has never been read: a state has its mode, and an import or a `get` has none.
 */
function isFirstRead(state: object): boolean {
  return (state as Partial<AccountAndMode>).livemode === undefined;
}

async function runRecordingFailure<T>(context: LocalContext, subject: string, change: () => Promise<T>): Promise<T> {
  try {
    return await withExplainedErrors(context, subject, change);
  } catch (error) {
    context.failures.record(subject);
    throw error;
  }
}

async function withExplainedErrors<T>({ place }: LocalContext, subject: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw isPartialUpdateError(error) ? error : toUserError(subject, error, place);
  }
}
