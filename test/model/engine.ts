import { setImmediate } from "node:timers/promises";
import pLimit from "p-limit";
import { isPartialUpdateError } from "../../provider/lifecycle/errors";
import { feature } from "../../provider/lifecycle/feature";
import { productFeature } from "../../provider/lifecycle/product-feature";
import type { CheckFailure, ResourceRules, UncheckedInputs } from "../../provider/lifecycle/resource-rules";
import {
  attachmentUrn,
  type DeclaredAttachment,
  type DeclaredFeature,
  featureUrn,
  ownerOf,
  type Program,
} from "./program";
import type { ProviderProcess } from "./provider-process";

type Properties = Readonly<Record<string, unknown>>;
type Type = "Feature" | "ProductFeature";

/** A resource in the state. */
export interface Resource {
  readonly type: Type;
  readonly urn: string;
  readonly id: string;
  readonly inputs: Properties;
  readonly outputs: Properties;
  /** URNs. */
  readonly dependencies: readonly string[];
  /** Whether the resource was replaced and is not deleted yet. */
  readonly isPendingDelete: boolean;
  /** Whether the last update failed after its first request. */
  readonly isPartiallyUpdated: boolean;
}

export type State = readonly Resource[];

export interface EngineOptions {
  /** How many steps run at the same time. */
  readonly parallel: number;
  /** Whether the state is written at every step instead of only at the end. */
  readonly checkpoints: boolean;
  readonly continueOnError: boolean;
}

export interface UpdateOptions extends EngineOptions {
  readonly refresh: boolean;
  /** URNs whose replacement is forced. */
  readonly replace: readonly string[];
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

// The engine has no types for properties. It passes back what the rules return.
const rulesOf = { Feature: feature, ProductFeature: productFeature } as unknown as Readonly<
  Record<Type, ResourceRules<Properties, Properties>>
>;

interface Goal {
  readonly type: Type;
  readonly urn: string;
  readonly aliases: readonly string[];
  readonly inputs: UncheckedInputs;
  readonly dependencies: readonly string[];
}

/**
 * One deployment as Pulumi's engine runs it: refresh, registrations, deletes. It follows
 * `deployment_executor.go`, `step_generator.go` and `snapshot.go` of version 3.259.0. `write`
 * stores the state.
 */
export class Deployment {
  readonly errors: unknown[] = [];
  readonly #done: Resource[] = [];
  #base: Resource[];
  readonly #seen = new Set<Resource>();
  readonly #failed = new Set<string>();
  #hasCheckFailed = false;
  readonly #limit: ReturnType<typeof pLimit>;

  constructor(
    private readonly process: ProviderProcess,
    state: State,
    private readonly options: EngineOptions,
    private readonly write: (state: State) => void,
  ) {
    this.#base = [...state];
    this.#limit = pLimit(options.parallel);
  }

  async up(program: Program, { refresh, replace }: UpdateOptions): Promise<void> {
    if (refresh) await this.#refreshAll();
    if (this.errors.length === 0) await this.#registerAndDelete(program, new Set(replace));
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
    const rules = rulesOf[old.type];
    const { context } = this.process;
    const found = await rules.read(context, old.id, json(old.outputs));
    if (found === undefined) return undefined;
    const { id, props, inputs } = json(found);
    rules.diff(context, id, props, old.inputs);
    return { ...old, id, outputs: props, inputs, isPartiallyUpdated: false };
  }

  async #registerAndDelete(program: Program, replace: ReadonlySet<string>): Promise<void> {
    await this.#register(program, replace);
    if (!this.#isStopped) await this.#deleteRest();
  }

  async #register(program: Program, replace: ReadonlySet<string>): Promise<void> {
    const features = new Map<number, Promise<Resource | undefined>>();
    for (const declared of program.features) {
      features.set(declared.slot, this.#deploy(featureGoal(declared), replace));
      // The engine starts a step while it compares the next resource.
      await setImmediate();
    }
    const attachments = program.attachments.map(async (declared) => {
      const feature = await features.get(declared.feature);
      // The SDK does not register a resource that needs a failed one. To the engine it looks
      // removed.
      if (feature === undefined) return;
      await this.#deploy(attachmentGoal(program, declared, feature), replace);
    });
    await Promise.all([...features.values(), ...attachments]);
  }

  /** Returns the resource after its step. Undefined if the step failed or did not run. */
  async #deploy(goal: Goal, replace: ReadonlySet<string>): Promise<Resource | undefined> {
    if (this.#isStopped) return undefined;
    const step = this.#generate(goal, replace);
    if (step === undefined) return undefined;
    if (goal.dependencies.some((urn) => this.#failed.has(urn))) {
      this.#failed.add(goal.urn);
      return undefined;
    }
    const resource = await this.#step(step, undefined);
    if (resource === undefined) this.#failed.add(goal.urn);
    return resource;
  }

  /** Checks and compares without a request. Returns the step that follows. */
  #generate(goal: Goal, replace: ReadonlySet<string>): (() => Promise<Resource | undefined>) | undefined {
    const old = this.#find([goal.urn, ...goal.aliases]);
    if (old !== undefined) this.#seen.add(old);
    try {
      // A forced replacement is checked once, without old inputs, and not compared.
      if (old !== undefined && replace.has(goal.urn)) {
        const newInputs = this.#check(goal, {});
        return () => this.#replace(goal, old, newInputs);
      }
      const inputs = this.#check(goal, old?.inputs ?? {});
      if (old === undefined) return () => this.#create(goal, inputs);
      const diff = rulesOf[goal.type].diff(this.process.context, old.id, json(old.outputs), inputs);
      if (diff.replaces.length > 0) {
        const newInputs = this.#check(goal, {});
        return () => this.#replace(goal, old, newInputs);
      }
      if (diff.changes || old.isPartiallyUpdated) return () => this.#update(goal, old, inputs);
      return async () => this.#finish(goal, old, { inputs });
    } catch (error) {
      // A failed check ends the run, even with `--continue-on-error`.
      this.#hasCheckFailed = true;
      this.errors.push(error);
      return undefined;
    }
  }

  #check({ type, urn, inputs: news }: Goal, olds: UncheckedInputs): Properties {
    const { owner, ...declared } = json(news) as Properties & { readonly owner?: string };
    const { inputs, failures } = rulesOf[type].check(this.process.context, { owner, olds: json(olds), news: declared });
    if (failures.length > 0) throw new CheckRejected(urn, failures);
    return json(inputs);
  }

  async #create(goal: Goal, inputs: Properties): Promise<Resource> {
    const resource = await this.#callCreate(goal, inputs);
    this.#done.push(resource);
    this.#checkpoint();
    return resource;
  }

  /** Creates the new object. This run or a later one deletes the old object at its end. */
  async #replace(goal: Goal, old: Resource, inputs: Properties): Promise<Resource> {
    const resource = await this.#callCreate(goal, inputs);
    this.#done.push(resource);
    this.#base = this.#base.map((each) => (each === old ? { ...each, isPendingDelete: true } : each));
    this.#checkpoint();
    return resource;
  }

  async #callCreate({ type, urn, dependencies }: Goal, inputs: Properties): Promise<Resource> {
    const { id, outs } = await rulesOf[type].create(this.process.context, inputs);
    return {
      type,
      urn,
      id,
      inputs,
      outputs: json(outs),
      dependencies,
      isPendingDelete: false,
      isPartiallyUpdated: false,
    };
  }

  async #update(goal: Goal, old: Resource, inputs: Properties): Promise<Resource> {
    try {
      const outputs = await rulesOf[goal.type].update(this.process.context, old.id, json(old.outputs), inputs);
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
      const allowed = chain.filter(({ urn }) => !kept.has(urn));
      await Promise.all(allowed.map((resource) => this.#step(() => this.#delete(resource), undefined)));
    }
  }

  async #delete(resource: Resource): Promise<void> {
    const { type, id, outputs, urn } = resource;
    try {
      await rulesOf[type].delete(this.process.context, id, json(outputs));
    } catch (error) {
      this.#failed.add(urn);
      throw error;
    }
    this.#base = this.#base.filter((each) => each !== resource);
    this.#checkpoint();
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

function featureGoal(declared: DeclaredFeature): Goal {
  const { lookupKey, title, metadata, adopt, archiveWhileAttached, aliases } = declared;
  return {
    type: "Feature",
    urn: featureUrn(declared),
    aliases,
    inputs: { lookupKey, name: title, metadata, adopt, archiveWhileAttached, owner: ownerOf(declared) },
    dependencies: [],
  };
}

function attachmentGoal(program: Program, declared: DeclaredAttachment, feature: Resource): Goal {
  const { product, adopt, aliases } = declared;
  const dependency = program.features.find(({ slot }) => slot === declared.feature);
  return {
    type: "ProductFeature",
    urn: attachmentUrn(declared),
    aliases,
    inputs: { product, entitlementFeature: feature.id, adopt, owner: ownerOf(declared) },
    dependencies: dependency === undefined ? [] : [featureUrn(dependency)],
  };
}

/** Returns the value after the engine's encoding. */
function json<T>(value: T): T {
  return JSON.parse(JSON.stringify(value));
}
