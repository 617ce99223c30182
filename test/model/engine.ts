import { setImmediate } from "node:timers/promises";
import pLimit from "p-limit";
import { isPartialUpdateError } from "../../provider/lifecycle/errors";
import { feature } from "../../provider/lifecycle/feature";
import { unknownValue } from "../../provider/lifecycle/inputs";
import { productFeature } from "../../provider/lifecycle/product-feature";
import type { CheckFailure, ResourceRules, UncheckedInputs } from "../../provider/lifecycle/resource-rules";
import { attachmentGoal, featureGoal, type Goal } from "./goals";
import type { DeclaredAttachment, DeclaredFeature, Program, StackName } from "./program";
import type { ProviderProcess } from "./provider-process";
import { findCurrent, type Properties, plainResource, type Resource, type ResourceType, type State } from "./resource";
import { shuffle } from "./shuffle";

export interface EngineOptions {
  /** How many steps run at the same time. */
  readonly parallel: number;
  /** Whether the state is written at every step instead of only at the end. */
  readonly checkpoints: boolean;
  readonly continueOnError: boolean;
  /** Decides the order where the engine has none. */
  readonly order: number;
}

export interface UpdateOptions extends EngineOptions {
  readonly refresh: boolean;
  /** URNs whose replacement is forced. */
  readonly replace: readonly string[];
  /** Whether every replacement deletes first, as with `pulumi:autonaming` in mode verbatim. */
  readonly deleteFirst: boolean;
}

/** Thrown when the check of a resource returns failures. */
export class CheckRejected extends Error {
  override readonly name = "CheckRejected";

  constructor(
    urn: string,
    readonly failures: readonly CheckFailure[],
  ) {
    super(`${urn}: ${failures.map(({ property, reason }) => `${property} ${reason}`).join("; ")}`);
  }
}

export type Rules = Readonly<Record<ResourceType, ResourceRules<Properties, Properties>>>;

// The engine has no types for properties. It passes back what the rules return.
export const realRules = { Feature: feature, ProductFeature: productFeature } as unknown as Rules;

/** The effect of a step that creates a resource. */
export type Created = { readonly id: string } | { readonly error: unknown };

/**
 * One deployment as Pulumi's engine runs it: refresh, registrations, deletes. It follows
 * `deployment_executor.go`, `step_generator.go` and `snapshot.go` of version 3.274.1. `write`
 * stores the state.
 */
export class Deployment {
  readonly errors: unknown[] = [];
  /** The resources that the program gets back, in the order of the answers. */
  readonly answered: Resource[] = [];
  /** The creates by URN. A replacement is a create, too. */
  readonly created = new Map<string, Created>();
  readonly #done: Resource[] = [];
  #base: Resource[];
  readonly #seen = new Set<Resource>();
  /** URNs of the resources that are deleted before their replacement, also as dependents. */
  readonly #condemned = new Set<string>();
  readonly #failed = new Set<string>();
  #hasCheckFailed = false;
  readonly #limit: ReturnType<typeof pLimit>;

  constructor(
    private readonly process: ProviderProcess,
    private readonly stack: StackName,
    state: State,
    private readonly options: EngineOptions,
    private readonly write: (state: State) => void,
    private readonly rules = realRules,
  ) {
    this.#base = [...state];
    this.#limit = pLimit(options.parallel);
  }

  async up(program: Program, options: UpdateOptions): Promise<void> {
    if (options.refresh) await this.#refreshAll();
    if (this.errors.length === 0) await this.#registerAndDelete(program, options);
    this.#close();
  }

  async refresh(): Promise<void> {
    await this.#refreshAll();
    this.#close();
  }

  async destroy({ refresh }: { readonly refresh: boolean }): Promise<void> {
    if (refresh) await this.#refreshAll();
    if (this.errors.length === 0) await this.#deleteRest();
    this.#close();
  }

  get #isStopped(): boolean {
    return this.process.isKilled || this.#hasCheckFailed || (this.errors.length > 0 && !this.options.continueOnError);
  }

  /** Reads every resource. One that cannot be read stays in the state as it was. */
  async #refreshAll(): Promise<void> {
    const read = await Promise.all(this.#base.map((resource) => this.#step(() => this.#read(resource), resource)));
    const known = new Set<string>();
    this.#base = read.flatMap((resource) => {
      if (resource === undefined) return [];
      known.add(resource.urn);
      return [{ ...resource, dependencies: resource.dependencies.filter((urn) => known.has(urn)) }];
    });
  }

  async #read(old: Resource): Promise<Resource | undefined> {
    if (old.isPendingReplacement) return old;
    const rules = this.rules[old.type];
    const { context } = this.process;
    const found = await rules.read(context, old.id, json(old.outputs));
    if (found === undefined) return undefined;
    const { id, props, inputs } = json(found);
    rules.diff(context, id, props, old.inputs);
    return { ...old, id, outputs: props, inputs, isPartiallyUpdated: false };
  }

  async #registerAndDelete(program: Program, options: UpdateOptions): Promise<void> {
    await this.#register(program, options);
    if (!this.#isStopped) await this.#deleteRest();
  }

  async #register(program: Program, options: UpdateOptions): Promise<void> {
    const features = new Map<number, Promise<Resource | undefined>>();
    const attach = async (declared: DeclaredAttachment) => {
      const { feature } = declared;
      const id = "id" in feature ? feature.id : (await features.get(feature.slot))?.id;
      // The SDK does not register a resource that needs a failed one. To the engine it looks
      // removed.
      if (id !== undefined) await this.#deploy(attachmentGoal(this.stack, program, declared, id), options);
    };
    // Nothing orders an attachment with a literal id after the features.
    const isEarly = ({ feature }: DeclaredAttachment) => "id" in feature && this.options.order % 2 === 1;
    const early = program.attachments.filter(isEarly).map(attach);
    const create = async (declared: DeclaredFeature) => {
      const { keyFrom } = declared;
      const source = keyFrom === undefined ? undefined : await features.get(keyFrom);
      if (keyFrom !== undefined && source === undefined) return undefined;
      return this.#deploy(featureGoal(this.stack, declared, source), options);
    };
    for (const declared of program.features) {
      features.set(declared.slot, create(declared));
      // The engine starts a step while it compares the next resource.
      await setImmediate();
    }
    const late = program.attachments.filter((each) => !isEarly(each)).map(attach);
    await Promise.all([...early, ...features.values(), ...late]);
  }

  /** Returns the resource after its step. Undefined if the step failed or did not run. */
  async #deploy(goal: Goal, options: UpdateOptions): Promise<Resource | undefined> {
    if (this.#isStopped) return undefined;
    const step = this.#generate(goal, options);
    if (step === undefined) return undefined;
    if (goal.dependencies.some((urn) => this.#failed.has(urn))) {
      this.#failed.add(goal.urn);
      return undefined;
    }
    const resource = await this.#step(step, undefined);
    if (resource === undefined) this.#failed.add(goal.urn);
    else this.answered.push(resource);
    return resource;
  }

  /**
   * Returns the step that follows. A failed check ends the run, even with `--continue-on-error`.
   */
  #generate(goal: Goal, options: UpdateOptions): (() => Promise<Resource | undefined>) | undefined {
    try {
      return this.#compare(goal, options);
    } catch (error) {
      this.#hasCheckFailed = true;
      this.errors.push(error);
      return undefined;
    }
  }

  /** Checks and compares without a request. Returns the step that follows. */
  #compare(goal: Goal, { replace, deleteFirst }: UpdateOptions): () => Promise<Resource | undefined> {
    const old = this.#find([goal.urn, ...goal.aliases]);
    if (old === undefined) {
      const inputs = this.#check(goal, {});
      return () => this.#create(goal, inputs);
    }
    this.#seen.add(old);
    // A resource that was deleted with one that it depends on, and a forced replacement, are
    // checked once, without old inputs, and not compared.
    if (this.#condemned.delete(goal.urn)) return this.#replacement(goal, old, []);
    const isFirst = deleteFirst || goal.deleteBeforeReplace;
    const toDelete = () => (isFirst ? this.#condemn(old) : undefined);
    if (replace.includes(goal.urn)) return this.#replacement(goal, old, toDelete());
    const inputs = this.#check(goal, old.inputs);
    const diff = this.rules[goal.type].diff(this.process.context, old.id, json(old.outputs), inputs);
    if (old.isPendingReplacement || diff.replaces.length > 0) return this.#replacement(goal, old, toDelete());
    if (diff.changed.length > 0 || old.isPartiallyUpdated) return () => this.#update(goal, old, inputs);
    return async () => this.#finish(goal, old, { inputs });
  }

  #check({ type, urn, inputs: news }: Goal, olds: UncheckedInputs): Properties {
    const { owner, ...declared } = json(news) as Properties & { readonly owner?: string };
    const { inputs, failures } = this.rules[type].check(this.process.context, {
      owner,
      olds: json(olds),
      news: declared,
    });
    if (failures.length > 0) throw new CheckRejected(urn, failures);
    return json(inputs);
  }

  async #create(goal: Goal, inputs: Properties): Promise<Resource> {
    const resource = await this.#callCreate(goal, inputs);
    this.#done.push(resource);
    this.#checkpoint();
    return resource;
  }

  /**
   * Replaces the resource.
   *
   * @param toDelete what is deleted before. Undefined if this run or a later one deletes the old
   * object at its end.
   */
  #replacement(goal: Goal, old: Resource, toDelete: readonly Resource[] | undefined): () => Promise<Resource> {
    const inputs = this.#check(goal, {});
    return async () => {
      for (const each of toDelete ?? []) await this.#deleteForReplacement(each);
      const resource = await this.#callCreate(goal, inputs);
      this.#done.push(resource);
      const current = findCurrent(this.#base, old.urn);
      const isGone = toDelete !== undefined || current?.isPendingReplacement;
      this.#base = isGone
        ? this.#base.filter((each) => each !== current)
        : this.#base.map((each) => (each === old ? { ...each, isPendingDelete: true } : each));
      this.#checkpoint();
      return resource;
    };
  }

  /**
   * Returns the resources that are deleted before the replacement of `root`, in this order:
   * dependents that are not registered yet and would be replaced, then `root`. A resource that an
   * interrupted run has deleted is left out.
   */
  #condemn(root: Resource): readonly Resource[] {
    const urns = new Set([root.urn]);
    // The state lists a resource after those that it depends on.
    const dependents = this.#base.filter((each) => {
      const isDependent = each.dependencies.some((urn) => urns.has(urn));
      const isReplaced = isDependent && !this.#seen.has(each) && this.#isReplacedWith(each);
      if (isReplaced) urns.add(each.urn);
      return isReplaced;
    });
    for (const { urn, isPendingDelete } of dependents) if (!isPendingDelete) this.#condemned.add(urn);
    return [...dependents.toReversed(), root].filter((each) => !each.isPendingReplacement);
  }

  #isReplacedWith({ type, id, inputs, outputs }: Resource): boolean {
    const computed = type === "Feature" ? "lookupKey" : "entitlementFeature";
    const news = { ...json(inputs), [computed]: unknownValue };
    return this.rules[type].diff(this.process.context, id, json(outputs), news).replaces.length > 0;
  }

  async #deleteForReplacement(resource: Resource): Promise<void> {
    if (!this.#base.includes(resource)) return;
    if (resource.isPendingDelete) return this.#delete(resource);
    await this.#callDelete(resource);
    const deleted = { ...resource, isPendingReplacement: true };
    if (this.#seen.has(resource)) this.#seen.add(deleted);
    this.#base = this.#base.map((each) => (each === resource ? deleted : each));
    this.#checkpoint();
  }

  async #callCreate({ type, urn, dependencies }: Goal, inputs: Properties): Promise<Resource> {
    try {
      const { id, outs } = await this.rules[type].create(this.process.context, inputs);
      this.created.set(urn, { id });
      return { ...plainResource, type, urn, id, inputs, outputs: json(outs), dependencies };
    } catch (error) {
      this.created.set(urn, { error });
      throw error;
    }
  }

  async #update(goal: Goal, old: Resource, inputs: Properties): Promise<Resource> {
    try {
      const outputs = await this.rules[goal.type].update(this.process.context, old.id, json(old.outputs), inputs);
      return this.#finish(goal, old, { inputs, outputs: json(outputs) });
    } catch (error) {
      if (isPartialUpdateError(error)) {
        this.#finish(goal, old, { inputs, outputs: json(error.state), isPartiallyUpdated: true });
        throw error.cause;
      }
      throw error;
    }
  }

  #finish({ urn, dependencies }: Goal, old: Resource, change: Partial<Resource>): Resource {
    const resource = { ...old, isPartiallyUpdated: false, ...change, urn, dependencies };
    this.#done.push(resource);
    this.#base = this.#base.filter((each) => each !== old);
    this.#checkpoint();
    return resource;
  }

  /** Deletes first the resources that no other one depends on, then the rest. */
  async #deleteRest(): Promise<void> {
    const toDelete = this.#base.filter((each) => each.isPendingDelete || !this.#seen.has(each));
    const isNeeded = ({ urn }: Resource) => toDelete.some(({ dependencies }) => dependencies.includes(urn));
    const chains = [toDelete.filter((each) => !isNeeded(each)), toDelete.filter(isNeeded)];
    for (const chain of chains) {
      const kept = new Set(
        this.#base.filter(({ urn }) => this.#failed.has(urn)).flatMap(({ dependencies }) => dependencies),
      );
      const allowed = shuffle(chain, this.options.order).filter(({ urn }) => !kept.has(urn));
      await Promise.all(allowed.map((resource) => this.#step(() => this.#delete(resource), undefined)));
    }
  }

  async #delete(resource: Resource): Promise<void> {
    if (!resource.isPendingReplacement) await this.#callDelete(resource);
    this.#base = this.#base.filter((each) => each !== resource);
    this.#checkpoint();
  }

  async #callDelete({ type, id, outputs, urn }: Resource): Promise<void> {
    try {
      await this.rules[type].delete(this.process.context, id, json(outputs));
    } catch (error) {
      this.#failed.add(urn);
      throw error;
    }
  }

  async #step<T>(step: () => Promise<T>, otherwise: T): Promise<T> {
    return this.#limit(async () => {
      if (this.#isStopped) return otherwise;
      try {
        return await step();
      } catch (error) {
        this.errors.push(error);
        return otherwise;
      }
    });
  }

  #find(urns: readonly string[]): Resource | undefined {
    for (const urn of urns) {
      const found = this.#base.find((each) => each.urn === urn && !each.isPendingDelete && !this.#seen.has(each));
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #checkpoint(): void {
    if (this.options.checkpoints) this.#close();
  }

  #close(): void {
    if (!this.process.isKilled) this.write([...this.#done, ...this.#base]);
  }
}

/** Returns the value after the engine's encoding. */
function json<T>(value: T): T {
  return JSON.parse(JSON.stringify(value));
}
