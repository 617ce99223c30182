import { isDeepStrictEqual } from "node:util";
import type { Account } from "./account";
import { disagreements, type Tally } from "./agreement";
import { Claims } from "./claims";
import { type Destroy, type Refresh, type Up, undisturbed } from "./commands";
import { Continuity } from "./continuity";
import { nth } from "./edits";
import { Deployment, realRules } from "./engine";
import { changedForeignObjects } from "./foreign-objects";
import {
  archivedBeforeReplacement,
  archivedWhileAttached,
  differences,
  forgottenAttachments,
  leftAloneObjects,
  malformedErrors,
  orphanedObjects,
} from "./invariants";
import { unjustifiedErrors } from "./justified-errors";
import { isForeign } from "./markers";
import { pluginRules } from "./plugin-rules";
import { type Preview, preview } from "./preview";
import { attachmentUrn, emptyProgram, featureUrn, type Program, type StackSettings } from "./program";
import { ProviderProcess } from "./provider-process";
import { type Gaps, gapsOfDeletingFirst } from "./replaced-first";
import { findCurrent, isUnread, type State } from "./resource";
import { changedMarkers, isGone, markerOf, type ServerView } from "./server-view";
import { formatResource, isSettled } from "./settled";
import type { Transition } from "./transition";

export type Deploying = Up | Refresh | Destroy;

export const repair: Up = { command: "up", refresh: true, deleteFirst: false, replace: [], ...undisturbed };

/** Thrown when an invariant does not hold after a command. */
export class Violation extends Error {
  override readonly name = "Violation";
}

/** A stack, and what it may and may not have changed so far. */
export class ModelStack {
  program: Program = emptyProgram;
  state: State = [];
  /** Ids of the objects that this stack has created or taken over. */
  readonly managed = new Set<string>();
  /** Ids of those that a lost state held, or that a failed run created without recording them. */
  readonly unrecorded = new Set<string>();
  readonly claims: Claims;
  /** Whether the account may have changed without a refresh since. */
  isStale = false;
  #lastEdit = { from: emptyProgram, to: emptyProgram };
  /**
   * Ids of the features whose marker a person has set, or a run that ended before it recorded that.
   */
  protected readonly unrecordedMarkers = new Set<string>();
  /** Whether the last run failed. */
  protected isInterrupted = false;

  constructor(
    readonly settings: StackSettings,
    protected readonly account: Account,
    private readonly previews?: Tally | undefined,
  ) {
    this.claims = new Claims(settings);
  }

  edit(program: Program): void {
    this.#lastEdit = { from: this.program, to: program };
    this.program = program;
    this.isStale ||= this.isInterrupted;
  }

  /** Takes the last edit back if the program has not changed in another way since. */
  revert(): void {
    const { from, to } = this.#lastEdit;
    if (this.program === to) this.edit(from);
  }

  loseState(): void {
    for (const { id } of this.state) this.unrecorded.add(id);
    this.state = [];
  }

  /**
   * Removes imported resources whose object is gone from the state, as `pulumi state delete` does.
   */
  deleteGoneImports(): void {
    const { view } = this.account;
    this.state = this.state.filter((each) => !(isUnread(each) && isGone(view, each.id)));
  }

  /**
   * Lets the program take over every object, and create each replacement first. Removes
   * attachments of features that are archived, or that the state holds and the program does not
   * declare.
   */
  allowEverything(): void {
    const { features, attachments } = this.program;
    const keys = new Set(features.map(({ lookupKey }) => lookupKey));
    const held = new Set(this.state.map(({ id }) => id));
    const kept = this.account.activeFeatures.filter(({ id, lookupKey }) => !held.has(id) || keys.has(lookupKey));
    const attachable = new Set(kept.map(({ id }) => id));
    this.program = {
      features: features.map(({ deleteBeforeReplace: _, ...each }) => ({
        ...each,
        adopt: "any",
        archiveWhileAttached: true,
      })),
      attachments: attachments
        .filter(({ feature }) => "slot" in feature || attachable.has(feature.id))
        .map((each) => ({ ...each, adopt: "any" })),
    };
  }

  /**
   * Records that a person or the other stack may have changed the account.
   *
   * @param markedByHand ids of the features whose marker a person has set
   */
  noteOtherChanges(markedByHand: readonly string[] = []): void {
    this.isStale = true;
    for (const id of markedByHand) this.unrecordedMarkers.add(id);
    this.#recordManagedState(this.account.view);
  }

  /** Runs the command and checks the invariants. Returns whether the command succeeded. */
  async deploy(command: Deploying, archiveWhileAttached = false): Promise<boolean> {
    const stateBefore = this.state;
    const before = this.account.view;
    const program = command.command === "destroy" ? emptyProgram : this.program;
    const ours = new Set(this.managed);
    const previewed = this.previews && (await this.#preview(command));
    const continuity = new Continuity(program, before, this.#gapsOf(command, program, before));
    this.account.observe((request) => continuity.observe(this.account.view, request));
    const { errors, created, wasKilled } = await this.#run(command, archiveWhileAttached);
    const { writes } = this.account;
    this.account.observe();
    const after = this.account.view;
    const isSuccess = errors.length === 0 && !wasKilled;
    const { settings, state, claims } = this;
    const hasRefreshed = command.command === "refresh" || command.refresh;
    const transition = { settings, program, hasRefreshed, stateBefore, state, before, after, ours, claims };
    if (previewed !== undefined) {
      const isForcedDeletingFirst = isForced(command) && mayDeleteFirst(command, program);
      const up = { errors, created, stateBefore, state, isForcedDeletingFirst, before, after };
      this.assertNone(disagreements(previewed, up));
      this.previews?.add(previewed, up);
    }
    this.assertNone([
      ...(wasKilled ? [] : malformedErrors(errors)),
      ...continuity.violations,
      ...changedForeignObjects(transition),
      ...(archiveWhileAttached ? [] : archivedWhileAttached(transition)),
    ]);
    if (command.key !== "right") {
      this.assertNone(wrongKeyViolations(transition, writes));
      return isSuccess;
    }
    this.recordManaged(before, after);
    if (command.faults.length === 0 && !wasKilled)
      this.#checkUndisturbed(command, errors, { ...transition, ours: this.managed });
    const applied = command.command === "up" && isSuccess ? program : undefined;
    claims.recordRun(stateBefore, state, after, hasRefreshed && isSuccess, applied);
    this.recordOutcome(command, isSuccess, hasRefreshed, after);
    if (!isSuccess) for (const id of changedMarkers(before, after)) this.unrecordedMarkers.add(id);
    for (const id of leftAloneObjects(transition, this.unrecordedMarkers)) this.unrecorded.add(id);
    if (isSuccess) await this.#checkSuccess(command, { ...transition, ours: this.managed });
    return isSuccess;
  }

  /**
   * Whether the run can detect a wrong key. A run that sends no resource of the state looks like
   * the first run of a stack, and creates what is declared.
   */
  canDetectWrongKey(command: Deploying): boolean {
    if (this.state.length === 0 || this.state.some(isUnread)) return false;
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

  async #run(command: Deploying, archiveWhileAttached: boolean) {
    const { account, settings } = this;
    const { key, kill } = command;
    const faults = account.addFaults(command.faults, command.latency);
    const target = { url: account.emulator.url, apiKey: account.apiKey(key) };
    await using process = new ProviderProcess({ ...target, kill, archiveWhileAttached, settings });
    const write = (state: State) => {
      this.state = state;
    };
    const rules = settings.adapter === "plugin" ? pluginRules(process) : realRules;
    const deployment = new Deployment(process, settings.name, this.state, command, write, rules);
    if (command.command === "up")
      await deployment.up(this.program, { ...command, replace: this.#urns(command.replace) });
    else if (command.command === "refresh") await deployment.refresh();
    else await deployment.destroy(command);
    for (const fault of faults) fault.remove();
    const errors = process.isKilled ? [] : deployment.errors;
    return { errors, created: deployment.created, wasKilled: process.isKilled };
  }

  /** Previews an `up` that nothing disturbs. Undefined for other commands. */
  async #preview(command: Deploying): Promise<Preview | undefined> {
    if (command.command !== "up" || command.kill !== undefined || command.faults.length > 0) return undefined;
    const { account, program, settings, state } = this;
    const target = { url: account.emulator.url, apiKey: account.apiKey(command.key), settings };
    account.observe();
    const previewed = await preview(target, state, program, { ...command, replace: this.#urns(command.replace) });
    this.assertNone(account.writes.map((write) => `a preview sends ${write}`));
    return previewed;
  }

  #gapsOf(command: Deploying, program: Program, before: ServerView): Gaps {
    if (command.command !== "up" || !mayDeleteFirst(command, program)) return { keys: [], pairs: [] };
    return gapsOfDeletingFirst(program, this.state, before, this.#urns(command.replace));
  }

  #urns(replace: readonly number[]): string[] {
    const urns = [...this.program.features.map(featureUrn), ...this.program.attachments.map(attachmentUrn)];
    return replace.flatMap((index) => nth(urns, index) ?? []);
  }

  #checkUndisturbed(command: Deploying, errors: readonly unknown[], transition: Transition): void {
    const isStale = this.isStale || this.isInterrupted;
    const mayQueueDeletes = command.continueOnError && transition.stateBefore.length > command.parallel;
    this.assertNone([
      ...unjustifiedErrors(errors, transition, { isStale, mayQueueDeletes, isForced: isForced(command) }),
      ...archivedBeforeReplacement(transition),
      ...(command.command === "refresh" ? forgottenAttachments(transition) : []),
    ]);
  }

  /** Only this stack makes changes while a command runs, so new objects belong to it. */
  protected recordManaged(before: ServerView, after: ServerView): void {
    for (const id of after.features.keys()) if (!before.features.has(id)) this.managed.add(id);
    for (const id of after.attachments.keys()) if (!before.attachments.has(id)) this.managed.add(id);
    for (const { id } of this.state) if (!isForeign(this.settings, after.features.get(id))) this.managed.add(id);
    // A stack that takes over a feature gets its attachments, too. It keeps those that this stack
    // does not hold, even if the feature comes back.
    const held = new Set(this.state.map(({ id }) => id));
    for (const { id, feature } of [...before.attachments.values(), ...after.attachments.values()]) {
      if (isForeign(this.settings, feature) && !held.has(id)) this.managed.delete(id);
    }
  }

  /**
   * Updates {@link managed} after changes of others. A feature in the state without a marker
   * belongs to this stack: nothing says otherwise.
   */
  #recordManagedState({ features }: ServerView): void {
    for (const feature of features.values()) if (isForeign(this.settings, feature)) this.managed.delete(feature.id);
    for (const { id } of this.state) {
      const feature = features.get(id);
      if (feature !== undefined && markerOf(feature) === undefined) this.managed.add(id);
    }
  }

  protected recordOutcome(
    { command }: Pick<Deploying, "command">,
    isSuccess: boolean,
    hasRefreshed: boolean,
    after: ServerView,
  ): void {
    // The delete of a forced replacement keeps the object, which the engine then counts as deleted.
    const held = new Set(this.state.filter((each) => !each.isPendingReplacement).map(({ id }) => id));
    for (const id of this.managed) {
      if (held.has(id)) this.unrecorded.delete(id);
      else if (!isSuccess && (after.features.get(id)?.active || after.attachments.has(id))) this.unrecorded.add(id);
    }
    this.isInterrupted = !isSuccess;
    if (!isSuccess) this.isStale ||= command === "destroy";
    else if (hasRefreshed) this.isStale = false;
  }

  async #checkSuccess(command: Deploying, transition: Transition): Promise<void> {
    if (command.command === "refresh") return;
    if (command.command === "destroy") {
      this.assertNone([
        ...this.state.map(({ urn }) => `${urn} is still in the state`),
        ...(this.isStale ? [] : orphanedObjects(transition, this.unrecorded)),
      ]);
      return;
    }
    if (this.isStale) return;
    this.assertNone([...differences(transition), ...orphanedObjects(transition, this.unrecorded)]);
    if (command.refresh) await this.#assertSettled();
  }

  async #assertSettled(): Promise<void> {
    this.account.observe();
    const before = this.state;
    const { errors } = await this.#run(repair, false);
    const changed = this.state.filter((now) => !before.some((each) => isSettled(each, now)));
    this.assertNone([
      ...errors.map((error) => `a second run fails: ${error}`),
      ...this.account.writes.map((write) => `a second run sends ${write}`),
      ...changed.map((now) => {
        const old = findCurrent(before, now.urn);
        return `a second run changes ${now.urn} from ${formatResource(old)} to ${formatResource(now)}`;
      }),
      ...(this.state.length < before.length ? ["a second run removes a resource from the state"] : []),
    ]);
  }

  protected assertNone(violations: readonly string[]): void {
    if (violations.length > 0) throw new Violation(`${this.settings.name}: ${violations.join("\n")}`);
  }
}

/** Whether a replacement may delete before it creates. */
function mayDeleteFirst(command: Deploying, { features }: Program): boolean {
  return command.command === "up" && (command.deleteFirst || features.some((each) => each.deleteBeforeReplace));
}

function isForced(command: Deploying): boolean {
  return command.command === "up" && command.replace.length > 0;
}

function wrongKeyViolations({ stateBefore, state }: Transition, writes: readonly string[]): string[] {
  // An alias renames a resource without a request.
  const places = (resources: State) => resources.map(({ id, outputs }) => `${id} ${outputs["account"]}`).sort();
  return [
    ...writes.map((write) => `${write} under a wrong key`),
    ...(isDeepStrictEqual(places(stateBefore), places(state)) ? [] : ["a wrong key changed the state"]),
  ];
}
