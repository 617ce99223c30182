import { isDeepStrictEqual } from "node:util";
import type { Emulator, FaultHandle, LoggedRequest } from "../../emulator";
import type { Environment } from "../../emulator/environment";
import { products } from "./arbitraries";
import type { Command, Destroy, Key, Refresh, Up } from "./commands";
import { Continuity } from "./continuity";
import { applyDashboardChange } from "./dashboard-changes";
import { applyEdit, nth } from "./edits";
import { Deployment, type State } from "./engine";
import { type InjectedFault, toEmulatorFault } from "./faults";
import {
  archivedWhileAttached,
  belongsToOtherStack,
  changedForeignObjects,
  differences,
  malformedErrors,
  orphanedObjects,
  type Transition,
  unjustifiedErrors,
} from "./invariants";
import { attachmentUrn, emptyProgram, featureUrn, type Program } from "./program";
import { ProviderProcess } from "./provider-process";
import { markerOf, viewOf } from "./server-view";

type Deploying = Up | Refresh | Destroy;

const undisturbed = { key: "right", parallel: 1, checkpoints: true, faults: [], kill: undefined } as const;
const repair: Up = { command: "up", refresh: true, continueOnError: false, replace: [], ...undisturbed };

let histories = 0;

/** Thrown when an invariant does not hold after a command. */
class Violation extends Error {
  override readonly name = "Violation";
}

/** One stack in an account of its own, and what it may and may not have changed so far. */
export class History implements Disposable {
  program: Program = emptyProgram;
  state: State = [];
  readonly #environment: Environment;
  readonly #otherMode: Environment;
  readonly #otherAccount: Environment;
  /** Ids of the objects that this stack has created or taken over. */
  readonly #managed = new Set<string>();
  /** Ids of those that a lost state held, or that a failed run created without recording them. */
  readonly #unrecorded = new Set<string>();
  /** Whether the account may have changed without a refresh since. */
  #isStale = false;
  /** Whether the last run failed. */
  #isInterrupted = false;
  #requests: LoggedRequest[] = [];
  #onRequest: (request: LoggedRequest) => void = () => undefined;
  readonly #stopListening: () => void;

  constructor(private readonly emulator: Emulator) {
    histories += 1;
    const account = `acct_model${histories}`;
    this.#environment = emulator.environment({ account, livemode: false });
    this.#otherMode = emulator.environment({ account, livemode: true });
    this.#otherAccount = emulator.environment({ account: `${account}other`, livemode: false });
    for (const { dashboard } of [this.#environment, this.#otherMode, this.#otherAccount]) {
      for (const id of products) dashboard.createProduct({ id, name: id });
    }
    this.#stopListening = emulator.requests.onRequest((request) => {
      if (!request.account?.startsWith(account)) return;
      this.#requests.push(request);
      this.#onRequest(request);
    });
  }

  [Symbol.dispose](): void {
    this.#stopListening();
  }

  async apply(command: Command): Promise<void> {
    switch (command.command) {
      case "edit":
        for (const edit of command.edits) this.program = applyEdit(this.program, edit);
        this.#isStale ||= this.#isInterrupted;
        return;
      case "dashboard change":
        for (const id of applyDashboardChange(this.#environment, command)) this.#managed.delete(id);
        this.#recordUnmarked();
        this.#isStale = true;
        return;
      case "lose the state":
        for (const { id } of this.state) this.#unrecorded.add(id);
        this.state = [];
        return;
      default:
        if (command.key === "right" || this.#canDetectWrongKey(command)) await this.#deploy(command);
    }
  }

  /**
   * Repairs and destroys the stack. Both must succeed in any situation, at the latest when the
   * program may take over every object.
   */
  async finish(): Promise<void> {
    if (!(await this.#deploy(repair))) {
      for (const product of products) this.#restoreProduct(product);
      const allow = { adopt: "any", archiveWhileAttached: true } as const;
      this.program = {
        features: this.program.features.map((each) => ({ ...each, ...allow })),
        attachments: this.program.attachments.map((each) => ({ ...each, adopt: "any" })),
      };
      if (!(await this.#deploy(repair, true)))
        throw new Violation("the stack cannot be repaired, although it may take over everything");
    }
    const isGone = await this.#deploy({ command: "destroy", refresh: true, ...undisturbed }, true);
    if (!isGone) throw new Violation("the stack cannot be destroyed");
  }

  /** Runs the command and checks the invariants. Returns whether the command succeeded. */
  async #deploy(command: Deploying, archiveWhileAttached = false): Promise<boolean> {
    const stateBefore = this.state;
    const before = viewOf(this.#environment);
    const program = command.command === "destroy" ? emptyProgram : this.program;
    const ours = new Set(this.#managed);
    const continuity = new Continuity(program, before);
    this.#requests = [];
    this.#onRequest = ({ method, path }) => {
      if (method !== "GET") continuity.observe(viewOf(this.#environment), `${method} ${path}`);
    };
    const { errors, wasKilled } = await this.#run(command, archiveWhileAttached);
    this.#onRequest = () => undefined;
    const after = viewOf(this.#environment);
    const isSuccess = errors.length === 0 && !wasKilled;
    if (command.key === "right") this.#recordManaged(before, after);
    const transition = { program, stateBefore, state: this.state, before, after, ours: this.#managed };
    const isUndisturbed = command.faults.length === 0 && !wasKilled && command.key === "right";
    this.#assertNone([
      ...(wasKilled ? [] : malformedErrors(errors)),
      ...continuity.violations,
      ...changedForeignObjects({ ...transition, ours }),
      ...(archiveWhileAttached ? [] : archivedWhileAttached({ ...transition, ours })),
      ...(isUndisturbed ? unjustifiedErrors(errors, transition, this.#isStale || this.#isInterrupted) : []),
      ...this.#wrongKeyViolations(command, transition),
    ]);
    if (command.key !== "right") return isSuccess;
    this.#recordOutcome(command, isSuccess, transition);
    if (isSuccess) await this.#checkSuccess(command, transition);
    return isSuccess;
  }

  async #run(command: Deploying, archiveWhileAttached: boolean) {
    const faults = command.faults.map((fault) => this.#injectFault(fault));
    const { apiKey } = this.#environmentOf(command.key);
    const { kill } = command;
    await using process = new ProviderProcess({ url: this.emulator.url, apiKey, kill, archiveWhileAttached });
    const options = { continueOnError: false, ...command };
    const deployment = new Deployment(process, this.state, options, (state) => {
      this.state = state;
    });
    if (command.command === "up")
      await deployment.up(this.program, { ...command, replace: this.#urns(command.replace) });
    else if (command.command === "refresh") await deployment.refresh();
    else await deployment.destroy(command);
    for (const fault of faults) fault.remove();
    return { errors: process.isKilled ? [] : deployment.errors, wasKilled: process.isKilled };
  }

  #injectFault(fault: InjectedFault): FaultHandle {
    return this.emulator.faults.add({ ...toEmulatorFault(fault), account: this.#environment.account });
  }

  #urns(replace: readonly number[]): string[] {
    const urns = [...this.program.features.map(featureUrn), ...this.program.attachments.map(attachmentUrn)];
    return replace.flatMap((index) => nth(urns, index) ?? []);
  }

  #environmentOf(key: Key): Environment {
    return { right: this.#environment, "other mode": this.#otherMode, "other account": this.#otherAccount }[key];
  }

  /** A feature in the state without a marker belongs to this stack: nothing says otherwise. */
  #recordUnmarked(): void {
    const { features } = viewOf(this.#environment);
    for (const { id } of this.state) {
      const feature = features.get(id);
      if (feature !== undefined && markerOf(feature) === undefined) this.#managed.add(id);
    }
  }

  /** Only this stack makes changes while a command runs, so new objects belong to it. */
  #recordManaged(before: Transition["before"], after: Transition["after"]): void {
    for (const id of after.features.keys()) if (!before.features.has(id)) this.#managed.add(id);
    for (const id of after.attachments.keys()) if (!before.attachments.has(id)) this.#managed.add(id);
    for (const { id } of this.state) if (!belongsToOtherStack(after.features.get(id))) this.#managed.add(id);
    // A stack that takes over a feature gets its attachments, too. It keeps those that this stack
    // does not hold, even if the feature comes back.
    const held = new Set(this.state.map(({ id }) => id));
    for (const { id, feature } of [...before.attachments.values(), ...after.attachments.values()]) {
      if (belongsToOtherStack(feature) && !held.has(id)) this.#managed.delete(id);
    }
  }

  #recordOutcome({ command, ...options }: Deploying, isSuccess: boolean, { state, after }: Transition): void {
    const held = new Set(state.map(({ id }) => id));
    for (const id of this.#managed) {
      if (held.has(id)) this.#unrecorded.delete(id);
      else if (!isSuccess && (after.features.get(id)?.active || after.attachments.has(id))) this.#unrecorded.add(id);
    }
    this.#isInterrupted = !isSuccess;
    if (!isSuccess) this.#isStale ||= command === "destroy";
    else if (command === "refresh" || ("refresh" in options && options.refresh)) this.#isStale = false;
  }

  async #checkSuccess(command: Deploying, transition: Transition): Promise<void> {
    if (command.command === "refresh") return;
    if (command.command === "destroy") {
      this.#assertNone([
        ...this.state.map(({ urn }) => `${urn} is still in the state`),
        ...(this.#isStale ? [] : orphanedObjects(transition, this.#unrecorded)),
      ]);
      return;
    }
    if (this.#isStale) return;
    this.#assertNone([...differences(transition), ...orphanedObjects(transition, this.#unrecorded)]);
    if (command.refresh) await this.#assertSettled();
  }

  async #assertSettled(): Promise<void> {
    this.#requests = [];
    const before = byUrn(this.state);
    const { errors } = await this.#run(repair, false);
    const writes = this.#requests.filter(({ method }) => method !== "GET");
    this.#assertNone([
      ...errors.map((error) => `a second run fails: ${error}`),
      ...writes.map(({ method, path }) => `a second run sends ${method} ${path}`),
      ...(isDeepStrictEqual(byUrn(this.state), before) ? [] : ["a second run changes the state"]),
    ]);
  }

  #wrongKeyViolations({ key }: Deploying, { stateBefore, state }: Transition): string[] {
    if (key === "right") return [];
    // An alias renames a resource without a request.
    const ids = (resources: State) => resources.map(({ id }) => id).sort();
    const writes = this.#requests.filter(({ method }) => method !== "GET");
    return [
      ...writes.map(({ method, path }) => `${method} ${path} under the key of the ${key}`),
      ...(isDeepStrictEqual(ids(stateBefore), ids(state)) ? [] : [`the key of the ${key} changed the state`]),
    ];
  }

  /**
   * Whether the run can detect a wrong key. A run that sends no resource of the state looks like
   * the first run of a stack, and creates what is declared.
   */
  #canDetectWrongKey(command: Deploying): boolean {
    if (this.state.length === 0) return false;
    if (command.command !== "up" || command.refresh) return true;
    const forced = new Set(this.#urns(command.replace));
    return this.program.features
      .filter((declared) => !forced.has(featureUrn(declared)))
      .some((declared) =>
        [featureUrn(declared), ...declared.aliases].some((urn) =>
          this.state.some((each) => each.urn === urn && !each.isPendingDelete),
        ),
      );
  }

  #restoreProduct(id: string): void {
    const { dashboard } = this.#environment;
    if (!dashboard.products().some((product) => product.id === id)) dashboard.createProduct({ id, name: id });
  }

  #assertNone(violations: readonly string[]): void {
    if (violations.length > 0) throw new Violation(violations.join("\n"));
  }
}

/** Sorts the resources, because the order of independent ones does not matter. */
function byUrn(state: State): State {
  return state.toSorted((a, b) => a.urn.localeCompare(b.urn));
}
