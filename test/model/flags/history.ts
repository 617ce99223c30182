import { rm } from "node:fs/promises";
import { join } from "node:path";
import { featureContract, productFeatureContract } from "../../../provider/dynamic/contract";
import type { TestStack } from "../../support/stack";
import { Account } from "../account";
import type { Import, Move } from "../commands";
import { applyDashboardChange } from "../dashboard-changes";
import { applyEdit, type Edit, nth } from "../edits";
import { changedMarkers } from "../history";
import { importObject, planImport } from "../imports";
import { Violation } from "../model-stack";
import { moveResources, planMove } from "../moves";
import { attachmentUrn, featureUrn, stackNames } from "../program";
import { isGone } from "../server-view";
import { isUnread } from "../resource";
import { formatCommand } from "../commands";
import { FlagStack } from "./flag-stack";
import type { EngineCommand, FlagHistory, StateCommand, Step } from "./steps";

const plain = {
  preview: "none",
  refresh: true,
  runProgram: false,
  target: [],
  targetDependents: false,
  exclude: [],
  excludeDependents: false,
  replace: [],
  continueOnError: false,
  expectNoChanges: false,
  excludeProtected: false,
  parallel: undefined,
  display: undefined,
} as const;

const up: EngineCommand = { command: "up", ...plain };
const destroy: EngineCommand = { command: "destroy", ...plain };
const archivesWhileAttached = { STRIPE_ENTITLEMENTS_ARCHIVE_WHILE_ATTACHED: "true" };

/** A history of two stacks in an account of their own. */
export class FlagRun {
  readonly #account: Account;
  readonly #stacks: readonly [FlagStack, FlagStack];
  readonly #exports = new Set<FlagStack>();

  constructor(dev: TestStack, staging: TestStack, { settings }: FlagHistory, private readonly log: string[]) {
    this.#account = new Account(dev.emulator);
    const [first, second] = stackNames;
    const usual = { ownership: "metadata", adopt: "owned" } as const;
    this.#stacks = [
      new FlagStack(dev, { ...(settings[0] ?? usual), name: first }, this.#account, log),
      new FlagStack(staging, { ...(settings[1] ?? usual), name: second }, this.#account, log),
    ];
    for (const { settings: each } of this.#stacks) log.push(JSON.stringify(each));
  }

  async run({ start, steps }: FlagHistory): Promise<void> {
    for (const [index, stack] of this.#stacks.entries()) {
      this.#edit(stack, start[index] ?? []);
      await this.#execute(stack, up);
    }
    for (const step of steps) await this.#apply(step);
    for (const stack of this.#stacks) await this.#finish(stack);
    const problems = this.#stacks.flatMap((each) => each.problems);
    if (problems.length > 0) throw new Violation(problems.join("\n"));
  }

  #other(stack: FlagStack): FlagStack {
    return stack === this.#stacks[0] ? this.#stacks[1] : this.#stacks[0];
  }

  async #apply({ stack: index, byHand, edits, run }: Step): Promise<void> {
    const stack = this.#stacks[index];
    for (const change of byHand) {
      this.log.push(formatCommand(change));
      const before = this.#account.view;
      applyDashboardChange(this.#account.environment, change);
      for (const each of this.#stacks) each.noteOtherChanges(changedMarkers(before, this.#account.view));
    }
    this.#edit(stack, edits);
    switch (run.command) {
      case "up":
      case "preview":
      case "refresh":
      case "destroy":
        return this.#execute(stack, run);
      case "import":
        return this.#import(stack, run);
      case "move":
        return this.#move(stack, run);
      default:
        return this.#applyToState(stack, run);
    }
  }

  #edit(stack: FlagStack, given: readonly Edit[]): void {
    if (given.length === 0) return;
    const edits = stack === this.#stacks[0] ? given : given.map(withOtherKey);
    this.log.push(formatCommand({ stack: stack === this.#stacks[0] ? 0 : 1, command: "edit", edits }));
    const existing = this.#account.activeFeatures;
    stack.edit(edits.reduce((program, edit) => applyEdit(program, edit, existing), stack.program));
  }

  async #execute(stack: FlagStack, command: EngineCommand): Promise<void> {
    await stack.execute(command);
    this.#other(stack).noteOtherChanges();
  }

  async #applyToState(stack: FlagStack, command: StateCommand): Promise<void> {
    const exportFile = join(stack.stack.directory, "export.json");
    switch (command.command) {
      case "state delete": {
        const urn = nth(stack.heldUrns, command.nth);
        const flags = command.dependents ? ["--target-dependents"] : [];
        const before = stack.state;
        if (urn === undefined) return;
        await stack.edited(["state", "delete", stack.engineUrn(urn), ...flags, "--force", "--yes"]);
        this.#forget(stack, before);
        return;
      }
      case "state rename":
        return this.#renameResource(stack, command);
      case "state taint":
      case "state protect":
      case "state unprotect": {
        const urn = nth(stack.heldUrns, command.nth);
        if (urn !== undefined) await stack.edited([...command.command.split(" "), stack.engineUrn(urn), "--yes"]);
        return;
      }
      case "protect":
        this.log.push(`${stack.settings.name}: protect ${command.names}`);
        stack.protectedNames = command.names;
        return;
      case "autonaming":
        this.log.push(`${stack.settings.name}: autonaming ${command.mode}`);
        stack.autonaming = command.mode;
        return;
      case "stack export":
        await stack.edited(["stack", "export", "--file", "export.json"]);
        this.#exports.add(stack);
        return;
      case "stack import": {
        if (!this.#exports.has(stack)) return;
        const before = stack.state;
        await stack.edited(["stack", "import", "--file", "export.json"]);
        this.#forget(stack, before);
        stack.isStale = true;
        return;
      }
      case "stack rename":
        this.#exports.delete(stack);
        await rm(exportFile, { force: true });
        return stack.rename();
    }
  }

  /** Records what the state does not hold any more: later commands leave it alone. */
  #forget(stack: FlagStack, before: FlagStack["state"]): void {
    const held = new Set(stack.state.map(({ id }) => id));
    for (const { id } of before) if (!held.has(id)) stack.unrecorded.add(id);
    stack.isStale = true;
  }

  async #renameResource(stack: FlagStack, command: StateCommand & { command: "state rename" }): Promise<void> {
    const urn = nth(stack.heldUrns, command.nth);
    if (urn === undefined) return;
    if (!(await stack.edited(["state", "rename", stack.engineUrn(urn), command.to, "--yes"]))) return;
    stack.isStale = true;
    if (!command.inProgram) return;
    const { features, attachments } = stack.program;
    const feature = features.findIndex((each) => featureUrn(each) === urn);
    const attachment = attachments.findIndex((each) => attachmentUrn(each) === urn);
    const [which, index] = feature >= 0 ? (["feature", feature] as const) : (["attachment", attachment] as const);
    if (index >= 0) this.#edit(stack, [{ edit: "rename", which, nth: index, to: command.to, alias: false }]);
  }

  async #import(stack: FlagStack, command: Import): Promise<void> {
    const planned = planImport(stack, this.#account.view, command);
    if (planned === undefined || planned.urn.startsWith("plans")) return;
    const contract = planned.type === "Feature" ? featureContract : productFeatureContract;
    const props = planned.outputs as Record<string, string>;
    const name = planned.urn.split("::")[1] ?? "";
    const before = stack.state;
    if (!(await stack.import([{ contract, name, id: planned.id, props }]))) return;
    const imported = stack.state;
    stack.state = before;
    importObject(stack, this.#account, command);
    stack.state = imported;
  }

  async #move(source: FlagStack, command: Move): Promise<void> {
    const target = this.#other(source);
    const plan = planMove(source, target, command);
    if (plan === undefined) return;
    for (const each of this.#stacks) this.#exports.delete(each);
    const urns = plan.moved.map(({ urn }) => source.engineUrn(urn));
    const flags = plan.moved.some(({ urn }) => urn.startsWith("plans")) ? ["--include-parents"] : [];
    const before = source.state;
    const isMoved = await source.edited([
      ...["state", "move", "--source", source.name, "--dest", target.name, "--yes", ...flags],
      ...urns,
    ]);
    if (!isMoved) return;
    source.state = before;
    moveResources(source, target, command, this.#account.view);
    await source.readState();
    await target.readState();
  }

  /** Repairs and destroys the stack. Both succeed in any situation. */
  async #finish(stack: FlagStack): Promise<void> {
    const repaired = await stack.execute(up);
    if (!repaired.isSuccess) await this.#repairInAnyCase(stack);
    // An attachment by a literal id may be updated before its feature changes hands in the same run.
    if (stack.program.attachments.some(({ feature }) => "id" in feature)) await stack.execute(up, archivesWhileAttached);
    await this.#assertSettled(stack);
    const held = stack.state;
    const { output } = await stack.execute({ ...destroy, refresh: false }, archivesWhileAttached);
    const left = held.filter(({ id }) => !isGone(this.#account.view, id)).map(({ urn, id }) => `${urn} (${id})`);
    if (left.length > 0 || stack.state.length > 0) throw new Violation(`destroy leaves ${left}\n${output}`);
    this.#other(stack).noteOtherChanges();
  }

  async #repairInAnyCase(stack: FlagStack): Promise<void> {
    this.#account.restoreProducts();
    const { view } = this.#account;
    const gone = stack.state.filter((each) => isUnread(each) && isGone(view, each.id));
    for (const { urn } of gone) await stack.edited(["state", "delete", stack.engineUrn(urn), "--force", "--yes"]);
    await stack.edited(["state", "unprotect", "--all", "--yes"]);
    stack.protectedNames = [];
    stack.autonaming = "default";
    stack.allowEverything();
    const { isSuccess, output } = await stack.execute(up, archivesWhileAttached);
    if (!isSuccess) throw new Violation(`${stack.settings.name} cannot be repaired:\n${output}`);
  }

  /** A second run finds no change. */
  async #assertSettled(stack: FlagStack): Promise<void> {
    const preview: EngineCommand = { command: "preview", ...plain, expectNoChanges: true };
    const { isSuccess, output } = await stack.execute(preview);
    if (!isSuccess) throw new Violation(`${stack.settings.name} is not settled:\n${output}`);
  }
}

/** The stacks share only half of their lookup keys, so that most commands are not rejected. */
function withOtherKey(edit: Edit): Edit {
  const other = (key: string) => key.replace(/\d/, (digit) => String(Number(digit) + 2));
  if (edit.edit === "add feature") return { ...edit, lookupKey: other(edit.lookupKey) };
  return edit.edit === "set lookup key" ? { ...edit, to: other(edit.to) } : edit;
}
