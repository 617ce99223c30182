import { applyEdit, nth } from "../edits";
import { attachmentUrn, featureUrn } from "../program";
import type { FlagStack } from "./flag-stack";
import type { StateCommand } from "./steps";

/** Runs the command, which edits the state or the settings of the stack. */
export async function applyToState(stack: FlagStack, command: StateCommand, log: string[]): Promise<void> {
  switch (command.command) {
    case "protect":
      log.push(`${stack.settings.name}: protect ${command.names}`);
      stack.protectedNames = command.names;
      return;
    case "autonaming":
      log.push(`${stack.settings.name}: autonaming ${command.mode}`);
      stack.autonaming = command.mode;
      return;
    case "stack export":
      stack.hasExport = await stack.edited(["stack", "export", "--file", "export.json"]);
      return;
    case "stack import":
      if (stack.hasExport) await forgetting(stack, ["stack", "import", "--file", "export.json"]);
      return;
    case "stack rename":
      stack.hasExport = false;
      return stack.rename();
    default:
      return applyToResource(stack, command);
  }
}

type ResourceCommand = Extract<StateCommand, { readonly nth: number }>;

async function applyToResource(stack: FlagStack, command: ResourceCommand): Promise<void> {
  const urn = nth(stack.heldUrns, command.nth);
  if (urn === undefined) return;
  const args = [...command.command.split(" "), stack.engineUrn(urn)];
  if (command.command === "state rename") return renameResource(stack, urn, args, command);
  if (command.command !== "state delete") await stack.edited([...args, "--yes"]);
  else await forgetting(stack, [...args, ...(command.dependents ? ["--target-dependents"] : []), "--force", "--yes"]);
}

/** Runs the command. Later commands may leave alone what the state does not hold any more. */
async function forgetting(stack: FlagStack, args: readonly string[]): Promise<void> {
  const before = stack.state;
  await stack.edited(args);
  const held = new Set(stack.state.map(({ id }) => id));
  for (const { id } of before) if (!held.has(id)) stack.unrecorded.add(id);
  stack.isStale = true;
}

async function renameResource(
  stack: FlagStack,
  urn: string,
  args: readonly string[],
  { to, inProgram }: StateCommand & { command: "state rename" },
): Promise<void> {
  if (!(await stack.edited([...args, to, "--yes"]))) return;
  stack.isStale = true;
  const { features, attachments } = stack.program;
  const feature = features.findIndex((each) => featureUrn(each) === urn);
  const attachment = attachments.findIndex((each) => attachmentUrn(each) === urn);
  if (!inProgram || feature + attachment === -2) return;
  const [which, index] = feature >= 0 ? (["feature", feature] as const) : (["attachment", attachment] as const);
  stack.edit(applyEdit(stack.program, { edit: "rename", which, nth: index, to, alias: false }, []));
}
