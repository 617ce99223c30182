import type { Environment } from "../../support/pulumi";
import { Continuity } from "../continuity";
import { changedForeignObjects } from "../foreign-objects";
import {
  archivedBeforeReplacement,
  archivedWhileAttached,
  differences,
  forgottenAttachments,
  leftAloneObjects,
  orphanedObjects,
} from "../invariants";
import { attachmentUrn, declaredPairs, emptyProgram, featureUrn } from "../program";
import type { State } from "../resource";
import type { ServerView } from "../server-view";
import type { Transition } from "../transition";
import { argumentsOf, isDryRun, isPartial, type ResolvedCommand, resolve } from "./arguments";
import { CliStack, type Ran } from "./cli-stack";
import { unknownReasons } from "./reasons";
import { Selection, settledPart, withDependents } from "./selection";
import type { EngineCommand } from "./steps";

/** Lets a command archive features that a product carries. */
export const archiveSetting = "STRIPE_ENTITLEMENTS_ARCHIVE_WHILE_ATTACHED";

/** A stack whose commands have random flags. */
export class FlagStack extends CliStack {
  /** Failures with an unknown reason. */
  readonly problems: string[] = [];

  /** Runs the command and checks the invariants. */
  async execute(unresolved: EngineCommand, env: Environment = {}): Promise<Ran> {
    const command = resolve(unresolved, this.heldUrns, this.#allUrns);
    const stateBefore = this.state;
    const before = this.account.view;
    const selection = this.#selection(command);
    const continuous = this.#continuous(command, before);
    const gaps = { keys: [], pairs: this.#mayDeleteFirst(command) ? declaredPairs(continuous) : [] };
    const continuity = new Continuity(continuous, before, gaps);
    this.account.observe((request) => continuity.observe(this.account.view, request));
    const ran = await this.#run(command, env);
    const { writes, view: after } = this.account;
    this.account.observe();
    if (!ran.isSuccess) this.problems.push(...unknownReasons(ran.output).map((each) => `${each}: ${ran.output}`));
    const transition = this.#transition(command, stateBefore, before, after);
    this.assertNone([
      ...continuity.violations,
      ...changedForeignObjects(transition),
      ...(env[archiveSetting] === "true" ? [] : archivedWhileAttached(transition)),
      ...archivedBeforeReplacement(transition),
      ...selection.violations(before, after),
      ...(isDryRun(command) || command.command === "refresh" ? writes : []).map((write) => `it sends ${write}`),
    ]);
    if (!isDryRun(command)) this.#learn(command, ran.isSuccess, selection, transition);
    return ran;
  }

  #transition(command: ResolvedCommand, stateBefore: State, before: ServerView, after: ServerView): Transition {
    const { settings, state, claims } = this;
    const hasRefreshed = !isPartial(command) && (command.command === "refresh" || command.refresh);
    const program = command.command === "destroy" ? emptyProgram : this.program;
    const ours = new Set(this.managed);
    return { settings, program, hasRefreshed, stateBefore, state, before, after, ours, claims };
  }

  /** Records what the command did, and checks what it must have done. */
  #learn(command: ResolvedCommand, isSuccess: boolean, selection: Selection, transition: Transition): void {
    const { stateBefore, state, before, after, hasRefreshed } = transition;
    if (command.command === "refresh") this.assertNone(forgottenAttachments(transition));
    this.recordManaged(before, after);
    this.claims.recordRun(stateBefore, state, after, hasRefreshed && isSuccess);
    this.#record(command, isSuccess && !isPartial(command), hasRefreshed, after);
    for (const id of leftAloneObjects(transition, this.unrecordedMarkers)) this.unrecorded.add(id);
    if (isSuccess) this.#checkSuccess(command, selection, { ...transition, ours: this.managed });
  }

  #record(command: ResolvedCommand, isComplete: boolean, hasRefreshed: boolean, after: ServerView): void {
    if (command.command === "preview") return;
    const wasStale = this.isStale;
    this.recordOutcome({ command: command.command }, isComplete, hasRefreshed, after);
    if (!isComplete) this.isStale ||= wasStale;
    if (isComplete && command.command === "up") this.isRenamed = false;
  }

  #checkSuccess(command: ResolvedCommand, selection: Selection, transition: Transition): void {
    if (command.command === "destroy" && !isPartial(command) && this.protectedNames.length === 0)
      this.assertNone(transition.state.map(({ urn }) => `${urn} is still in the state`));
    if (this.isStale || this.isRenamed) return;
    if (command.command === "up") {
      const found = differences(transition);
      this.assertNone(found.filter((each) => selection.has(each.split(" ")[0] ?? "")));
    }
    this.assertNone(orphanedObjects(transition, this.unrecorded));
  }

  async #run(command: ResolvedCommand, env: Environment): Promise<Ran> {
    await this.writeProgram();
    const args = argumentsOf(command, (urn) => this.engineUrn(urn));
    const isPlanned = command.preview === "planned" && command.command === "up";
    return isPlanned ? this.#planned(args, env) : this.pulumi(args, env);
  }

  async #planned(args: readonly string[], env: Environment): Promise<Ran> {
    const flags = args
      .slice(1)
      .filter((each) => !/^--(skip-preview|continue-on-error|expect-no-changes|json)$/.test(each));
    const planned = await this.pulumi(["preview", ...flags, "--save-plan", "plan.json"], env);
    if (!planned.isSuccess) return planned;
    this.assertNone(this.account.writes.map((write) => `a preview sends ${write}`));
    return this.pulumi([...args, "--plan", "plan.json"], env);
  }

  /** Returns the resources that must stay active and attached during the command. */
  #continuous(command: ResolvedCommand, before: ServerView) {
    if (command.command === "destroy") return emptyProgram;
    return isPartial(command) ? settledPart(this.program, this.state, before) : this.program;
  }

  get #allUrns(): readonly string[] {
    const { features, attachments } = this.program;
    return [...new Set([...features.map(featureUrn), ...attachments.map(attachmentUrn), ...this.heldUrns])];
  }

  #mayDeleteFirst({ command }: ResolvedCommand): boolean {
    const { autonaming, program } = this;
    return command === "up" && (autonaming !== "default" || program.features.some((each) => each.deleteBeforeReplace));
  }

  #selection(command: ResolvedCommand): Selection {
    const program = command.command === "destroy" ? emptyProgram : this.program;
    const { target, exclude, targetDependents } = command;
    const chosen = target.length > 0 ? target : this.#allUrns.filter((urn) => !exclude.includes(urn));
    const targets = new Set(chosen);
    const selected = targetDependents && target.length > 0 ? withDependents(targets, program, this.state) : targets;
    return new Selection(selected, program, this.state);
  }
}
