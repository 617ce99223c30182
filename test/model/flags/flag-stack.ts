import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { importObjects } from "../../support/import-objects";
import type { Environment, Outcome } from "../../support/pulumi";
import type { TestStack } from "../../support/stack";
import type { Account } from "../account";
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
import { ModelStack } from "../model-stack";
import { attachmentUrn, emptyProgram, featureUrn, type StackName, type StackSettings } from "../program";
import { programText } from "../program-text";
import type { ServerView } from "../server-view";
import { argumentsOf, isDryRun, isPartial, type ResolvedCommand, resolve } from "./arguments";
import { engineUrn, modelState } from "./exported-state";
import { unknownReasons } from "./reasons";
import { Selection, settledPart, withDependents } from "./selection";
import type { Autonaming, EngineCommand } from "./steps";

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

export interface Ran extends Outcome {
  readonly isSuccess: boolean;
}

/** A stack of the real engine, with the records of the model. */
export class FlagStack extends ModelStack {
  /** Failures with an unknown reason. */
  readonly problems: string[] = [];
  protectedNames: readonly string[] = [];
  autonaming: Autonaming = "default";
  /** Whether no `up` of the whole program has succeeded since `pulumi stack rename`. */
  isRenamed = false;

  constructor(
    public stack: TestStack,
    private readonly own: Mutable<StackSettings>,
    account: Account,
    private readonly log: string[],
  ) {
    super(own, account);
  }

  get name(): string {
    return this.settings.name.split("/")[1] ?? "";
  }

  /** URNs of the resources that the state holds. */
  get heldUrns(): readonly string[] {
    return [...new Set(this.state.map(({ urn }) => urn))];
  }

  engineUrn(urn: string): string {
    return engineUrn(this.name, urn);
  }

  /** Runs a command that only edits the state, and fails if it sends a write. */
  async edited(args: readonly string[]): Promise<boolean> {
    this.account.observe();
    const { isSuccess } = await this.#pulumi(args);
    this.assertNone(this.account.writes.map((write) => `a command that edits the state sends ${write}`));
    return isSuccess;
  }

  async rename(): Promise<void> {
    const name = this.name === "dev" || this.name === "staging" ? `${this.name}-2` : this.name.replace("-2", "");
    this.log.push(`${this.settings.name}: stack rename ${name}`);
    this.stack = await this.stack.renamed(name);
    this.own.name = `acme/${name}` satisfies StackName;
    this.claims.receive(this.state, this.account.view);
    this.isStale = true;
    this.isRenamed = true;
    await this.readState();
  }

  async readState(): Promise<void> {
    this.state = modelState(await this.stack.exported());
  }

  async import(objects: Parameters<typeof importObjects>[1]): Promise<boolean> {
    this.log.push(`${this.settings.name}: import --file ${JSON.stringify(objects.map(({ name, id }) => [name, id]))}`);
    await this.#writeProgram();
    try {
      await importObjects(this.stack, objects);
    } catch (error) {
      this.log.push(String(error));
      return false;
    } finally {
      await this.readState();
    }
    return true;
  }

  /** Runs the command and checks the invariants. */
  async execute(unresolved: EngineCommand, env: Environment = {}): Promise<Ran> {
    const command = resolve(unresolved, this.heldUrns, this.#allUrns);
    const stateBefore = this.state;
    const before = this.account.view;
    const mayArchive = env["STRIPE_ENTITLEMENTS_ARCHIVE_WHILE_ATTACHED"] === "true";
    const selection = this.#selection(command);
    const continuity = new Continuity(this.#continuous(command, before), before, this.#mayDeleteFirst(command));
    this.account.observe((request) => continuity.observe(this.account.view, request));
    await this.#writeProgram();
    const args = argumentsOf(command, (urn) => this.engineUrn(urn));
    const ran = command.preview === "planned" && command.command === "up" ? await this.#planned(args, env) : await this.#pulumi(args, env);
    const { writes } = this.account;
    this.account.observe();
    const after = this.account.view;
    const { settings, state, claims } = this;
    const isWhole = !isPartial(command);
    const hasRefreshed = isWhole && (command.command === "refresh" || command.refresh);
    const program = command.command === "destroy" ? emptyProgram : this.program;
    const ours = new Set(this.managed);
    const transition = { settings, program, hasRefreshed, stateBefore, state, before, after, ours, claims };
    if (!ran.isSuccess) this.problems.push(...unknownReasons(ran.output).map((each) => `${each}: ${ran.output}`));
    this.assertNone([
      ...continuity.violations,
      ...changedForeignObjects(transition),
      ...(mayArchive ? [] : archivedWhileAttached(transition)),
      ...archivedBeforeReplacement(transition),
      ...selection.violations(before, after),
    ]);
    if (isDryRun(command)) {
      this.assertNone(writes.map((write) => `a preview sends ${write}`));
      return ran;
    }
    if (command.command === "refresh")
      this.assertNone([...writes.map((write) => `a refresh sends ${write}`), ...forgottenAttachments(transition)]);
    this.recordManaged(before, after);
    claims.recordRun(stateBefore, state, after, hasRefreshed && ran.isSuccess);
    this.#record(command, ran.isSuccess && isWhole, hasRefreshed, after);
    for (const id of leftAloneObjects(transition, this.markedByHand)) this.unrecorded.add(id);
    if (ran.isSuccess) this.#checkSuccess(command, selection, { ...transition, ours: this.managed });
    return ran;
  }

  #record(command: ResolvedCommand, isComplete: boolean, hasRefreshed: boolean, after: ServerView): void {
    if (command.command === "preview") return;
    const wasStale = this.isStale;
    this.recordOutcome({ command: command.command }, isComplete, hasRefreshed, after);
    if (!isComplete) this.isStale ||= wasStale;
    if (isComplete && command.command === "up") this.isRenamed = false;
  }

  #checkSuccess(command: ResolvedCommand, selection: Selection, transition: Parameters<typeof differences>[0]): void {
    if (command.command === "destroy" && !isPartial(command) && this.protectedNames.length === 0)
      this.assertNone(transition.state.map(({ urn }) => `${urn} is still in the state`));
    if (this.isStale || this.isRenamed) return;
    if (command.command === "up") {
      const found = differences(transition);
      this.assertNone(found.filter((each) => selection.has(each.split(" ")[0] ?? "")));
    }
    this.assertNone(orphanedObjects(transition, this.unrecorded));
  }

  async #planned(args: readonly string[], env: Environment): Promise<Ran> {
    const flags = args.slice(1).filter((each) => !/^--(skip-preview|continue-on-error|expect-no-changes|json)$/.test(each));
    const planned = await this.#pulumi(["preview", ...flags, "--save-plan", "plan.json"], env);
    if (!planned.isSuccess) return planned;
    this.assertNone(this.account.writes.map((write) => `a preview sends ${write}`));
    return this.#pulumi([...args, "--plan", "plan.json"], env);
  }

  async #pulumi(args: readonly string[], env: Environment = {}): Promise<Ran> {
    const started = Date.now();
    const outcome = await this.stack.run(args, {
      STRIPE_API_KEY: this.account.apiKey("right"),
      // The CLI rejects it together with --preview-only.
      ...(args.includes("--preview-only") && { PULUMI_SKIP_CONFIRMATIONS: "false" }),
      ...env,
    });
    const seconds = Math.round((Date.now() - started) / 100) / 10;
    const result = outcome.exitCode === 0 ? "" : ` -> ${outcome.exitCode}`;
    this.log.push(`${this.settings.name}: ${args.join(" ").replaceAll(/urn:pulumi:\S+::/g, "")}${result} (${seconds} s)`);
    if (outcome.exitCode !== 0) this.log.push(...errorLines(outcome.output));
    await this.readState();
    // Exit code 7: there were changes, although none were expected.
    return { ...outcome, isSuccess: outcome.exitCode === 0 };
  }

  async #writeProgram(): Promise<void> {
    const { ownership, adopt } = this.settings;
    const file = join(this.stack.directory, `Pulumi.${this.name}.yaml`);
    const [salt = ""] = /^encryptionsalt:.*\n/m.exec(await readFile(file, "utf8")) ?? [];
    const config = {
      "stripe-entitlements:ownership": ownership,
      "stripe-entitlements:adopt": adopt,
      "pulumi:autonaming": { mode: this.autonaming },
    };
    await writeFile(file, `${salt}config: ${JSON.stringify(config)}\n`);
    const text = programText(this.program, (declared) => ({
      protect: this.protectedNames.includes(declared.name),
      ...("deleteBeforeReplace" in declared && { deleteBeforeReplace: declared.deleteBeforeReplace }),
    }));
    await this.stack.program(text);
  }

  /** What must stay active and attached during the command. */
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

function errorLines(output: string): string[] {
  const lines = output.split("\n").filter((line) => /error|rejected/i.test(line));
  return [...new Set(lines.map((line) => `    ${line.trim().slice(0, 300)}`))].slice(0, 6);
}
