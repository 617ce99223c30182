import { setImmediate, setTimeout as sleep } from "node:timers/promises";
import type { AccountAndMode } from "../account/guard";

/**
 * Milliseconds without a new resource after which the engine is believed to have shown all that it can before the first create. A program
 * registers its resources within a few milliseconds of each other, in an order of its own.
 */
const silenceOfEngine = 200;
/** Milliseconds: a program that goes on declaring must not hold up its first create for longer. */
const longestWait = 1_000;
/** Milliseconds for which a list may decide over a delete. */
const longestTrust = 10_000;

/** Why an object is not to be deleted together with the resource that had it. */
export type Reprieve =
  /** The very resource is declared still: its replacement was forced, and holds the same object again. */
  | { readonly why: "replaced" }
  /** Another declared resource holds the object now. */
  | { readonly why: "moved"; readonly to: string }
  /** Another resource declares the object, but could not take it over. */
  | { readonly why: "wanted"; readonly by: string };

/** Where an object of the stack lives, as the state says. */
interface KnownHome extends AccountAndMode {
  /** `feat_…`: the feature, or the attached one. What was imported may not know it yet. */
  readonly feature: string | undefined;
}

interface Declaration {
  /** `<project>/<stack>/<resource name>`; undefined where the stack writes no marker. */
  readonly owner: string | undefined;
  /** Where the resource had declared the same object before this run. */
  readonly had: Had | undefined;
}

/** What a resource was before this run. */
export interface Had {
  /** The marker that it wrote; undefined when it wrote none. */
  readonly owner: string | undefined;
}

/**
 * What one run of the engine has shown of the program, and done. The engine tells the provider of one resource at a time, so this memory
 * is all that connects a resource that goes with one that comes: what stays declared under another name must not be archived or detached.
 *
 * Deletes come after all declarations: also those that an earlier, interrupted run has left over (`GenerateDeletes` of the engine).
 * A destroy declares nothing.
 */
export class Run {
  readonly #declarations = new Map<string, Declaration>();
  readonly #held = new Map<string, string>();
  readonly #marked = new Set<string>();
  #failed: string | undefined;
  #marker: string | undefined;
  readonly #homes: KnownHome[] = [];
  readonly #said = new Set<string>();
  #firstDelete: number | undefined;
  #lastShown = performance.now();
  #shown: Promise<void> | undefined;

  /** @param silence milliseconds without a new resource, after which no home of the stack is waited for any more */
  constructor(private readonly silence = silenceOfEngine) {}

  /**
   * To be called for each declared object; `identity` is what can exist once only: a lookup key, or a pair of product and feature.
   *
   * @param had where the resource has declared the same object before this run
   * @returns the other resource of this program that declares it too, if there is one.
   */
  declare(identity: string, owner: string | undefined, had?: Had): string | undefined {
    this.#lastShown = performance.now();
    this.#marker ??= owner;
    const known = this.#declarations.get(identity);
    if (known?.owner !== undefined && owner !== undefined && known.owner !== owner) return known.owner;
    // A replacement is checked twice, the second time as if there had been nothing before.
    this.#declarations.set(identity, { owner, had: had ?? known?.had });
    return undefined;
  }

  /** Given when the resource that declares the object now declared it before this run, so that finding it in Stripe is no surprise. */
  hadBefore(identity: string): Had | undefined {
    return this.#declarations.get(identity)?.had;
  }

  /** To be called when the resource that declares the object has made it in this run, or taken it over. */
  holds(identity: string, id: string): void {
    this.#held.set(identity, id);
  }

  /** To be called for each feature, `feat_…`, that carries a marker of this stack, or is about to: a declared resource manages it. */
  willMark(feature: string): void {
    this.#marked.add(feature);
  }

  /** Whether a declared resource of this stack manages the feature, and marks it. */
  marks(feature: string): boolean {
    return this.#marked.has(feature);
  }

  /** To be called when a declared resource is refused, or could not be made or changed. */
  fails(subject: string): void {
    this.#failed ??= subject;
  }

  /** The first resource that failed in this run. */
  get failed(): string | undefined {
    return this.#failed;
  }

  /** A marker of this run's own stack, where a resource has been declared that has one. */
  get marker(): string | undefined {
    return this.#marker;
  }

  /** Why the object must not go with the resource `owner`; undefined when nothing speaks against it. */
  reprieve(identity: string, id: string, owner: string | undefined): Reprieve | undefined {
    const declaration = this.#declarations.get(identity);
    if (declaration === undefined) return undefined;
    const held = this.#held.get(identity);
    // The declared resource has made another object, so this one was gone already, and cannot be what stays declared.
    if (held !== undefined && held !== id) return undefined;
    if (declaration.owner === undefined || owner === undefined || declaration.owner === owner)
      return { why: "replaced" };
    const isHeld = held === id || declaration.had !== undefined;
    return isHeld ? { why: "moved", to: declaration.owner } : { why: "wanted", by: declaration.owner };
  }

  /**
   * When a list has to have been begun, on the clock of `performance.now`, that says whose an object is that is about to be deleted: not before the
   * run's first delete, because refreshes come long before, and not long ago.
   */
  listedForDelete(): number {
    const now = performance.now();
    this.#firstDelete ??= now;
    return Math.max(this.#firstDelete, now - longestTrust);
  }

  /** To be called with what the state says of where the stack's objects live. */
  livesIn(home: KnownHome): void {
    this.#lastShown = performance.now();
    // Each create is held against all of them, so what says nothing new is not kept.
    if (!this.#homes.some((known) => saysAsMuch(known, home))) this.#homes.push(home);
  }

  /**
   * To be awaited before the first create: resolves when the engine has shown an object that the stack has, so that a key of another account can
   * be told, or has nothing more to show. A resource that is new may reach the provider before those that the stack has.
   */
  firstHome(): Promise<void> {
    this.#shown ??= this.#untilShown();
    return this.#shown;
  }

  /** Each account and mode once. */
  get homes(): readonly KnownHome[] {
    return this.#homes;
  }

  /** Whether the line is said for the first time in this run. */
  isNews(line: string): boolean {
    const isNews = !this.#said.has(line);
    this.#said.add(line);
    return isNews;
  }

  async #untilShown(): Promise<void> {
    // Before this, the process may have been busy with loading what the create needs, and deaf to the engine.
    this.#lastShown = performance.now();
    const deadline = performance.now() + longestWait;
    const silent = () => performance.now() - this.#lastShown;
    while (this.#homes.length === 0 && silent() < this.silence && performance.now() < deadline) {
      await sleep(Math.max(1, this.silence - silent()));
      // On a busy machine the timer may come before what the engine has sent meanwhile.
      await setImmediate();
    }
  }
}

function saysAsMuch(known: KnownHome, { account, livemode, feature }: KnownHome): boolean {
  return (
    known.account === account && known.livemode === livemode && (known.feature !== undefined || feature === undefined)
  );
}
