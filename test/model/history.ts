import type { Emulator } from "../../emulator";
import { Account } from "./account";
import type { Tally } from "./agreement";
import type { RandomHistory } from "./arbitraries";
import { type Command, type StackCommand, undisturbed } from "./commands";
import { applyDashboardChange } from "./dashboard-changes";
import { applyEdit } from "./edits";
import { importObject } from "./imports";
import { ModelStack, repair, Violation } from "./model-stack";
import { moveResources } from "./moves";
import { stackNames } from "./program";
import { changedMarkers } from "./server-view";

const destroy = { command: "destroy", refresh: true, ...undisturbed } as const;

/** Two stacks in an account of their own. */
export class History implements Disposable {
  readonly #account: Account;
  readonly #stacks: readonly ModelStack[];

  /** @param previews given when each undisturbed `up` is compared with its preview */
  constructor(emulator: Emulator, settings: RandomHistory["settings"], previews?: Tally) {
    this.#account = new Account(emulator);
    this.#stacks = settings.map(
      (each, index) => new ModelStack({ ...each, name: stackNames[index] ?? stackNames[0] }, this.#account, previews),
    );
  }

  [Symbol.dispose](): void {
    this.#account[Symbol.dispose]();
  }

  async apply(command: Command): Promise<void> {
    if (command.command === "dashboard change") {
      const before = this.#account.view;
      applyDashboardChange(this.#account.environment, command);
      const marked = changedMarkers(before, this.#account.view);
      for (const stack of this.#stacks) stack.noteOtherChanges(marked);
      return;
    }
    const [stack, other] = [this.#stack(command.stack), this.#stack(1 - command.stack)];
    await this.#applyTo(stack, other, command);
  }

  /**
   * Repairs and destroys each stack. Both must succeed in any situation, at the latest when the
   * program may take over every object.
   */
  async finish(): Promise<void> {
    for (const [index, stack] of this.#stacks.entries()) {
      await this.#finish(stack);
      this.#stack(1 - index).noteOtherChanges();
    }
  }

  async #applyTo(stack: ModelStack, other: ModelStack, command: StackCommand): Promise<void> {
    switch (command.command) {
      case "edit":
        return stack.edit(
          command.edits.reduce(
            (program, edit) => applyEdit(program, edit, this.#account.activeFeatures),
            stack.program,
          ),
        );
      case "revert":
        return stack.revert();
      case "lose the state":
        return stack.loseState();
      case "import":
        return importObject(stack, this.#account, command);
      case "move":
        return moveResources(stack, other, command, this.#account.view);
      default:
        if (command.key === "right" || stack.canDetectWrongKey(command)) await stack.deploy(command);
        other.noteOtherChanges();
    }
  }

  async #finish(stack: ModelStack): Promise<void> {
    if (!(await stack.deploy(repair))) {
      this.#account.restoreProducts();
      stack.deleteGoneImports();
      stack.allowEverything();
      if (!(await stack.deploy(repair, true)))
        throw new Violation(`${stack.settings.name} cannot be repaired, although it may take over everything`);
    }
    if (!(await stack.deploy(destroy, true))) throw new Violation(`${stack.settings.name} cannot be destroyed`);
  }

  #stack(index: number): ModelStack {
    const stack = this.#stacks[index];
    if (stack === undefined) throw new Error(`No stack has the index ${index}`);
    return stack;
  }
}
