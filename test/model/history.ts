import { isDeepStrictEqual } from "node:util";
import type { Emulator, FaultHandle, LoggedRequest } from "../../emulator";
import type { Environment } from "../../emulator/environment";
import { products } from "./arbitraries";
import { changeByHand } from "./by-hand";
import type { Command, Destroy, Key, Refresh, Trouble, Up } from "./commands";
import { Continuity } from "./continuity";
import { edited, nth } from "./edits";
import { Deployment, type State } from "./engine";
import {
  archivedWhileAttached,
  differences,
  type Episode,
  foreignTouched,
  illShapedErrors,
  isOthers,
  leftOver,
  unjustified,
} from "./invariants";
import { attachmentUrn, emptyProgram, featureUrn, type Program } from "./program";
import { ProviderProcess } from "./provider-process";
import { markerOf, viewOf } from "./server-view";
import { troubleFault } from "./trouble";

type Deploying = Up | Refresh | Destroy;

const calm = { key: "right", parallel: 1, checkpoints: true, troubles: [], kill: undefined } as const;
const repair: Up = { command: "up", refresh: true, continueOnError: false, replace: [], ...calm };

let histories = 0;

/** An invariant that does not hold, and after which command. */
export class Violation extends Error {
  override readonly name = "Violation";
}

/** One stack in an account of its own, from its first program on. */
export class History implements Disposable {
  program: Program = emptyProgram;
  state: State = [];
  readonly #home: Environment;
  readonly #otherMode: Environment;
  readonly #otherAccount: Environment;
  /** Ids of what this stack has made or taken over. */
  readonly #ours = new Set<string>();
  /** Of these, what the state has lost, or a run has made without writing it down. */
  readonly #unrecorded = new Set<string>();
  /** Whether the account may have changed without the state knowing. */
  #isStale = false;
  /** Whether the last run did not end well. */
  #isInterrupted = false;
  #requests: LoggedRequest[] = [];
  #onRequest: (request: LoggedRequest) => void = () => undefined;
  readonly #stopListening: () => void;

  constructor(private readonly emulator: Emulator) {
    histories += 1;
    const account = `acct_model${histories}`;
    this.#home = emulator.environment({ account, livemode: false });
    this.#otherMode = emulator.environment({ account, livemode: true });
    this.#otherAccount = emulator.environment({ account: `${account}other`, livemode: false });
    for (const { dashboard } of [this.#home, this.#otherMode, this.#otherAccount]) {
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

  async do(command: Command): Promise<void> {
    switch (command.command) {
      case "edit":
        for (const edit of command.edits) this.program = edited(this.program, edit);
        this.#isStale ||= this.#isInterrupted;
        return;
      case "by hand":
        for (const id of changeByHand(this.#home, command)) this.#ours.delete(id);
        this.#claimUnmarked();
        this.#isStale = true;
        return;
      case "lose the state":
        for (const { id } of this.state) this.#unrecorded.add(id);
        this.state = [];
        return;
      default:
        if (command.key === "right" || this.#isToldApart(command)) await this.#deploy(command);
    }
  }

  /** Whatever has happened: a run that refreshes goes on, and where rules forbid it, leave to take everything over lets it. */
  async end(): Promise<void> {
    if (!(await this.#deploy(repair))) {
      for (const product of products) this.#restoreProduct(product);
      const allow = { adopt: "any", archiveWhileAttached: true } as const;
      this.program = {
        features: this.program.features.map((each) => ({ ...each, ...allow })),
        attachments: this.program.attachments.map((each) => ({ ...each, adopt: "any" })),
      };
      if (!(await this.#deploy(repair, true)))
        throw new Violation("no way out: what is allowed everything still fails");
    }
    const isGone = await this.#deploy({ command: "destroy", refresh: true, ...calm }, true);
    if (!isGone) throw new Violation("the stack cannot be destroyed");
  }

  /** @returns whether it ended well. */
  async #deploy(command: Deploying, archiveWhileAttached = false): Promise<boolean> {
    const stateBefore = this.state;
    const before = viewOf(this.#home);
    const program = command.command === "destroy" ? emptyProgram : this.program;
    const ours = new Set(this.#ours);
    const continuity = new Continuity(program, before);
    this.#requests = [];
    this.#onRequest = ({ method, path }) => {
      if (method !== "GET") continuity.look(viewOf(this.#home), `${method} ${path}`);
    };
    const { errors, wasKilled } = await this.#run(command, archiveWhileAttached);
    this.#onRequest = () => undefined;
    const after = viewOf(this.#home);
    const isSuccess = errors.length === 0 && !wasKilled;
    if (command.key === "right") this.#claim(before, after);
    const episode = { program, stateBefore, state: this.state, before, after, ours: this.#ours };
    const isCalm = command.troubles.length === 0 && !wasKilled && command.key === "right";
    this.#mustHold([
      ...(wasKilled ? [] : illShapedErrors(errors)),
      ...continuity.breaks,
      ...foreignTouched({ ...episode, ours }),
      ...(archiveWhileAttached ? [] : archivedWhileAttached({ ...episode, ours })),
      ...(isCalm ? unjustified(errors, episode, this.#isStale || this.#isInterrupted) : []),
      ...this.#wrongKeyHarm(command, episode),
    ]);
    if (command.key !== "right") return isSuccess;
    this.#remember(command, isSuccess, episode);
    if (isSuccess) await this.#judgeSuccess(command, episode);
    return isSuccess;
  }

  async #run(command: Deploying, archiveWhileAttached: boolean) {
    const faults = command.troubles.map((trouble) => this.#cause(trouble));
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
    return { errors: process.isDead ? [] : deployment.errors, wasKilled: process.isDead };
  }

  #cause(trouble: Trouble): FaultHandle {
    return this.emulator.faults.add({ ...troubleFault(trouble), account: this.#home.account });
  }

  #urns(replace: readonly number[]): string[] {
    const urns = [...this.program.features.map(featureUrn), ...this.program.attachments.map(attachmentUrn)];
    return replace.flatMap((index) => nth(urns, index) ?? []);
  }

  #environmentOf(key: Key): Environment {
    return { right: this.#home, "other mode": this.#otherMode, "other account": this.#otherAccount }[key];
  }

  /** A feature of the state that carries no marker, any more, is this stack's: nobody can tell otherwise. */
  #claimUnmarked(): void {
    const { features } = viewOf(this.#home);
    for (const { id } of this.state) {
      const feature = features.get(id);
      if (feature !== undefined && markerOf(feature) === undefined) this.#ours.add(id);
    }
  }

  /** Nobody else does anything while a command runs: what is new is this stack's. */
  #claim(before: Episode["before"], after: Episode["after"]): void {
    for (const id of after.features.keys()) if (!before.features.has(id)) this.#ours.add(id);
    for (const id of after.attachments.keys()) if (!before.attachments.has(id)) this.#ours.add(id);
    for (const { id } of this.state) if (!isOthers(after.features.get(id))) this.#ours.add(id);
    // Left to the stack that has taken its feature over, an attachment is that stack's also when the feature comes back.
    const held = new Set(this.state.map(({ id }) => id));
    for (const { id, feature } of [...before.attachments.values(), ...after.attachments.values()]) {
      if (isOthers(feature) && !held.has(id)) this.#ours.delete(id);
    }
  }

  #remember({ command, ...options }: Deploying, isSuccess: boolean, { state, after }: Episode): void {
    const held = new Set(state.map(({ id }) => id));
    for (const id of this.#ours) {
      if (held.has(id)) this.#unrecorded.delete(id);
      else if (!isSuccess && (after.features.get(id)?.active || after.attachments.has(id))) this.#unrecorded.add(id);
    }
    this.#isInterrupted = !isSuccess;
    if (!isSuccess) this.#isStale ||= command === "destroy";
    else if (command === "refresh" || ("refresh" in options && options.refresh)) this.#isStale = false;
  }

  async #judgeSuccess(command: Deploying, episode: Episode): Promise<void> {
    if (command.command === "refresh") return;
    if (command.command === "destroy") {
      this.#mustHold([
        ...this.state.map(({ urn }) => `${urn} is still in the state`),
        ...(this.#isStale ? [] : leftOver(episode, this.#unrecorded)),
      ]);
      return;
    }
    if (this.#isStale) return;
    this.#mustHold([...differences(episode), ...leftOver(episode, this.#unrecorded)]);
    if (command.refresh) await this.#mustBeSettled();
  }

  async #mustBeSettled(): Promise<void> {
    this.#requests = [];
    const before = byUrn(this.state);
    const { errors } = await this.#run(repair, false);
    const writes = this.#requests.filter(({ method }) => method !== "GET");
    this.#mustHold([
      ...errors.map((error) => `the same once more fails: ${error}`),
      ...writes.map(({ method, path }) => `the same once more sends ${method} ${path}`),
      ...(isDeepStrictEqual(byUrn(this.state), before) ? [] : ["the same once more changes the state"]),
    ]);
  }

  #wrongKeyHarm({ key }: Deploying, { stateBefore, state }: Episode): string[] {
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
   * Whether anything tells that the key is a wrong one. A run that meets nothing which the stack has already creates what is declared:
   * that is what a first run does.
   */
  #isToldApart(command: Deploying): boolean {
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
    const { dashboard } = this.#home;
    if (!dashboard.products().some((product) => product.id === id)) dashboard.createProduct({ id, name: id });
  }

  #mustHold(violations: readonly string[]): void {
    if (violations.length > 0) throw new Violation(violations.join("\n"));
  }
}

/** The order of those that do not depend on each other says nothing. */
function byUrn(state: State): State {
  return state.toSorted((a, b) => a.urn.localeCompare(b.urn));
}
