import { type CustomResource, runtime } from "@pulumi/pulumi";
import { getStackResource } from "@pulumi/pulumi/runtime";
import type { Answered, Registration } from "./answered";
import { isKnown, isUnknown } from "./outputs";
import type { PlanReport } from "./report";

// By run of a program: with the Automation API one process runs several.
const registrationsOf = new WeakMap<object, Registrations>();

/**
 * Returns the properties that a resource registers in addition in a preview of the real engine,
 * because the SDK resolves only what was registered: the account of the state, and the adoption
 * policy, which `transforms` and policies may set. Each costs time.
 */
export function comparedProperties<Compared extends object>(properties: Compared): Partial<Compared> {
  return findPreviewedStack() === undefined ? {} : properties;
}

/**
 * Records a resource that is being registered. Does nothing but in a preview of the real engine.
 */
export function noteRegistration(registration: Registration): void {
  const stack = findPreviewedStack();
  if (stack === undefined) return;
  hideCompared(registration);
  const registrations = registrationsOf.get(stack) ?? new Registrations();
  registrationsOf.set(stack, registrations);
  registrations.add(registration);
}

/**
 * The registrations of one run. Once the engine has answered all of them, reports what `up` would
 * do with those that it plans to create. A program that registers more later causes another report.
 */
class Registrations {
  readonly #answered: Answered[] = [];
  #reported = 0;
  #waiting = 0;
  #end: (() => void) | undefined;
  #planReport: PlanReport | undefined;

  add(registration: Registration): void {
    // A program that ends itself (Automation API) waits for the report.
    this.#end ??= runtime.rpcKeepAlive();
    this.#waiting += 1;
    void planOf(registration)
      .then((plan) => void this.#answered.push({ ...registration, plan }))
      // The engine has rejected the resource, and says so.
      .catch(() => undefined)
      .then(() => this.#noteAnswer());
  }

  #noteAnswer(): void {
    this.#waiting -= 1;
    // A program may register more resources in reaction to an answer.
    setImmediate(() => {
      if (this.#waiting === 0) void this.#report();
    });
  }

  async #report(): Promise<void> {
    const end = this.#end;
    if (end === undefined) return;
    this.#end = undefined;
    try {
      const fresh = this.#answered.slice(this.#reported);
      this.#reported = this.#answered.length;
      if (!fresh.some(({ plan }) => plan === "create")) return;
      this.#planReport ??= createReport();
      await this.#planReport.add(this.#answered, fresh);
    } finally {
      end();
    }
  }
}

/** Reads what the engine has answered, without an `apply`, which would cost time per resource. */
export async function planOf({ type, resource }: Registration): Promise<Answered["plan"]> {
  const { id, lookupKey, product, adopt } = resource as CustomResource & Readonly<Record<string, unknown>>;
  const declared = type === "Feature" ? lookupKey : product;
  const [isIdKnown, isDeclaredKnown] = await Promise.all([isKnown(id), isKnown(declared)]);
  if (!isDeclaredKnown) return "unknown";
  if (isIdKnown) return "exists";
  return (await isUnknown(adopt)) ? "unknown" : "create";
}

/**
 * Hides the additional properties. The outputs of the stack show those of an exported resource, and
 * `up` does not have them.
 */
function hideCompared({ resource, adopt }: Registration): void {
  const names = adopt === undefined ? ["account", "adopt"] : ["account"];
  for (const name of names.filter((each) => each in resource)) {
    Object.defineProperty(resource, name, { enumerable: false });
  }
}

/** Returns the stack of a program in a preview of the real engine. */
function findPreviewedStack(): object | undefined {
  return runtime.isDryRun() && !isMocked() ? getStackResource() : undefined;
}

/** Whether the program runs under `runtime.setMocks`: its monitor is then an object of the test. */
export function isMocked(): boolean {
  const monitor = runtime.getMonitor();
  return monitor === undefined || !("waitForReady" in monitor);
}

/** Loads the report only when a resource is new, because it loads undici and zod. */
function createReport(): PlanReport {
  const loaded: typeof import("./report") = require("./report");
  return new loaded.PlanReport();
}
