import type { LocalContext, ProviderContext } from "../lifecycle/context";
import { adoptionPrefix } from "../lifecycle/ownership/create-plan";
import { mayContinueUnread, toUnreadError } from "../lifecycle/ownership/unread";
import type { CheckResult, ReadResult } from "../lifecycle/resource-rules";
import { Lookups } from "../lookups/lookups";
import { Reader } from "../lookups/reader";
import { detailsOf, type PropertyChange } from "./detailed-diff";
import { functionTypes } from "./functions";
import { listObjects, notListable, type ObjectPage, type ObjectPageRequest } from "./list";
import { type ResourceType, resourceTypes } from "./resources";
import { unknownToken } from "./tokens";
import { nameOf, ownerOf, typeOf } from "./urn";
import type { Properties } from "./wire";

/** Shows a line below a resource, or below the stack without a URN. */
export type UrnLog = (line: string, urn?: string) => void;

/** The property of dynamic resources that holds their code. A stack that was moved here has it. */
const dynamicProvider = "__provider";

/** The contexts of the rules. They throw when a setting is missing or invalid. */
export interface ProviderContexts {
  readonly local: LocalContext;
  readonly provider: ProviderContext;
  /** For previews of creates. */
  readonly preview: ProviderContext;
}

/** The changes that a diff tells the engine. */
export interface DetailedDiff {
  /** By the path of the property. */
  readonly changes: ReadonlyMap<string, PropertyChange>;
  readonly replaces: readonly string[];
}

/**
 * One configured provider over the rules, without the protocol. Calls may run at the same time.
 * `check` and `diff` send nothing.
 */
export class Provider {
  #lookups: Lookups | undefined;
  #isUnread = false;
  /**
   * The objects that this run has read without a state, by the URN of their resource. The engine
   * does so for an import and for a `get`. It never checks or compares the URN of a `get`.
   */
  readonly #imported = new Map<string, ReadResult<Properties, Properties>>();

  constructor(
    private readonly contexts: ProviderContexts,
    private readonly log: UrnLog,
  ) {}

  check(urn: string, olds: Properties, news: Properties): CheckResult {
    return rulesOf(urn).check(this.#localFor(urn), { owner: ownerOf(urn), olds, news }, this.#imported.get(urn));
  }

  /** Must be awaited before the first check is answered. */
  announce(): Promise<void> {
    return this.contexts.local.otherProcesses.announce();
  }

  diff(urn: string, id: string, sent: Properties, news: Properties): DetailedDiff {
    const { [dynamicProvider]: code, ...olds } = sent;
    const { changed, replaces } = rulesOf(urn).diff(this.#localFor(urn), id, olds, news);
    // The engine compares an import with its declaration, which an owner alone must not reject. The
    // next update writes it.
    const isCompared = (name: string) => !this.#imported.has(urn) || (name !== "owner" && name !== "marker");
    const names = changed.filter(isCompared);
    if (code !== undefined) names.push(dynamicProvider);
    return { changes: detailsOf(names, replaces, sent, news), replaces };
  }

  /**
   * Returns the outputs as a preview of a create shows them. A line says if `up` will adopt an
   * object.
   *
   * @throws EntitlementsError if `up` will reject the resource
   */
  async previewCreate(urn: string, inputs: Properties): Promise<object> {
    if (!this.#isUnread) await this.#logPlan(urn, inputs);
    return rulesOf(urn).preview(this.#localFor(urn), inputs);
  }

  async #logPlan(urn: string, inputs: Properties): Promise<void> {
    const log = (line: string) => this.log(line, urn);
    try {
      const plan = await rulesOf(urn).plan({ ...this.contexts.preview, log }, inputs);
      if (plan.action === "reject") throw plan.error;
      if (plan.action === "adopt") log(`${adoptionPrefix}${plan.line}`);
    } catch (error) {
      const unread = toUnreadError(error, this.contexts.local.place);
      if (!mayContinueUnread(unread)) throw unread;
      // The same error would come again, after another wait.
      if (!this.#isUnread) this.log(unread.message);
      this.#isUnread = true;
    }
  }

  create(urn: string, inputs: Properties): Promise<{ id: string; outs: Properties }> {
    return this.#change(rulesOf(urn).create(this.#contextFor(urn), inputs));
  }

  /**
   * Returns the object, or undefined when it is treated as deleted.
   *
   * @param isImport whether the read is for an import
   */
  async read(
    urn: string,
    id: string,
    sent: Properties,
    isImport = false,
  ): Promise<ReadResult<Properties, Properties> | undefined> {
    const { [dynamicProvider]: _, ...state } = sent;
    // A refresh has a state with a mode. An import has none, and a `get` has what the program
    // gives.
    if (state["livemode"] !== undefined) return rulesOf(urn).read(this.#contextFor(urn), id, state);
    const type = resourceType(urn);
    const located = this.#locate(type, urn, id, state);
    const context = this.#contextFor(urn);
    const found = await type.rules.read(context, located.id, located.state);
    if (found === undefined) return undefined;
    if (isImport) this.#imported.set(urn, found);
    // With the account in the state, later runs compare their keys with it.
    const account = await context.guard.check(found.id, {});
    return { ...found, props: { ...found.props, ...(account !== undefined && { account }) } };
  }

  #locate(type: ResourceType, urn: string, id: string, state: Properties): ReturnType<ResourceType["locate"]> {
    try {
      return type.locate(id, state);
    } catch (error) {
      this.#localFor(urn).failures.record(`${nameOf(urn)} (${id})`);
      throw error;
    }
  }

  /** Returns the outputs as a preview of an update shows them. */
  previewUpdate(urn: string, sent: Properties, news: Properties): object {
    const { [dynamicProvider]: _, ...olds } = sent;
    return rulesOf(urn).preview(this.#localFor(urn), news, olds);
  }

  /** @throws PartialUpdateError when a part of the change was made */
  update(urn: string, id: string, sent: Properties, news: Properties): Promise<Properties> {
    const { [dynamicProvider]: _, ...olds } = sent;
    return this.#change(rulesOf(urn).update(this.#contextFor(urn), id, olds, news));
  }

  delete(urn: string, id: string, sent: Properties): Promise<void> {
    const { [dynamicProvider]: _, ...state } = sent;
    return this.#change(rulesOf(urn).delete(this.#contextFor(urn), id, state));
  }

  /** Calls a function of the package. */
  async invoke(token: string, args: Properties): Promise<object> {
    const called = functionTypes[token];
    if (called === undefined) throw unknownToken(`Function ${token}`);
    called.check(args);
    return called.answer(this.#openLookups(), args);
  }

  /** Returns one page of the objects of a type that can be imported. */
  async list(token: string, query: Properties, page: ObjectPageRequest): Promise<ObjectPage> {
    const type = resourceTypes[token];
    if (type === undefined) throw notListable(token);
    return listObjects(type.list, this.#openLookups(), query, page);
  }

  #openLookups(): Lookups {
    const context = this.contexts.provider;
    this.#lookups ??= new Lookups(context.stripe, new Reader(context));
    return this.#lookups;
  }

  /**
   * Makes a function that is called after the change read again, also if one was called during it.
   */
  async #change<Result>(change: Promise<Result>): Promise<Result> {
    try {
      return await change;
    } finally {
      this.#lookups = undefined;
    }
  }

  #localFor(urn: string): LocalContext {
    return { ...this.contexts.local, log: (line) => this.log(line, urn) };
  }

  #contextFor(urn: string): ProviderContext {
    return { ...this.contexts.provider, log: (line) => this.log(line, urn) };
  }
}

function rulesOf(urn: string): ResourceType["rules"] {
  return resourceType(urn).rules;
}

function resourceType(urn: string): ResourceType {
  const token = typeOf(urn);
  const type = resourceTypes[token];
  if (type === undefined) throw unknownToken(`Resource type ${token}`);
  return type;
}
