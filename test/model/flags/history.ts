import { featureContract, productFeatureContract } from "../../../provider/dynamic/contract";
import type { TestStack } from "../../support/stack";
import { Account } from "../account";
import type { Import, Move } from "../commands";
import { formatCommand } from "../commands";
import { applyDashboardChange } from "../dashboard-changes";
import { applyEdit, type Edit } from "../edits";
import { importObject, planImport } from "../imports";
import { Violation } from "../model-stack";
import { moveResources, planMove } from "../moves";
import { stackNames } from "../program";
import { isUnread } from "../resource";
import { changedMarkers, isGone } from "../server-view";
import { archiveSetting, FlagStack } from "./flag-stack";
import { applyToState } from "./state-commands";
import type { EngineCommand, FlagHistory, Step } from "./steps";

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
const archivesWhileAttached = { [archiveSetting]: "true" };

/** A history of two stacks in an account of their own. */
export class FlagRun {
  readonly #account: Account;
  readonly #stacks: readonly [FlagStack, FlagStack];

  constructor(
    dev: TestStack,
    staging: TestStack,
    { settings }: FlagHistory,
    private readonly log: string[],
  ) {
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
        return applyToState(stack, run, this.log);
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
    const plan = planMove(source, target, command, this.#account.view);
    if (plan === undefined) return;
    for (const each of this.#stacks) each.hasExport = false;
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
    // An attachment by a literal id may be updated before its feature changes hands in the same
    // run.
    if (stack.program.attachments.some(({ feature }) => "id" in feature))
      await stack.execute(up, archivesWhileAttached);
    await this.#assertSettled(stack);
    await stack.edited(["state", "unprotect", "--all", "--yes"]);
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

  /** Asserts that a second run finds no change. */
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
