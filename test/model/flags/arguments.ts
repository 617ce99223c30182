import { nth } from "../edits";
import type { EngineCommand } from "./steps";

/** A command whose flags name URNs of the model. */
export type ResolvedCommand = Omit<EngineCommand, "target" | "exclude" | "replace"> & {
  readonly target: readonly string[];
  readonly exclude: readonly string[];
  readonly replace: readonly string[];
};

/**
 * Selects resources for the flags of the command. It leaves out the flags that the command does not
 * have, and those that have nothing to select.
 *
 * @param held URNs in the state
 * @param all URNs in the state or in the program
 */
export function resolve(command: EngineCommand, held: readonly string[], all: readonly string[]): ResolvedCommand {
  const { command: name, refresh } = command;
  const isUp = name === "up" || name === "preview";
  // The engine rejects URNs that a refresh, a destroy or a replacement does not find.
  const known = isUp && !refresh ? all : held;
  const select = (from: readonly string[], nths: readonly number[]) => [
    ...new Set(nths.flatMap((each) => nth(from, each) ?? [])),
  ];
  const target = select(known, command.target);
  const exclude = target.length > 0 ? [] : select(known, command.exclude);
  return {
    ...command,
    target,
    exclude,
    replace: isUp ? select(held, command.replace) : [],
    excludeProtected: name === "destroy" && command.excludeProtected && target.length + exclude.length === 0,
    refresh: refresh && name !== "refresh",
    expectNoChanges: command.expectNoChanges && name !== "destroy",
    continueOnError: command.continueOnError && (name === "up" || name === "destroy"),
  };
}

/** Returns the arguments of the command. */
export function argumentsOf(command: ResolvedCommand, engineUrn: (urn: string) => string): string[] {
  const { command: name, preview, target, exclude, parallel, display } = command;
  const flag = (text: string, isGiven: boolean) => (isGiven ? [text] : []);
  const list = (text: string, urns: readonly string[]) => urns.flatMap((urn) => [text, engineUrn(urn)]);
  return [
    name,
    ...flag("--skip-preview", name !== "preview" && (preview === "none" || preview === "planned")),
    ...flag("--preview-only", preview === "only" && name !== "up" && name !== "preview"),
    ...flag("--refresh", command.refresh),
    ...flag("--run-program", command.runProgram),
    ...list("--target", target),
    ...flag("--target-dependents", target.length > 0 && command.targetDependents),
    ...list("--exclude", exclude),
    ...flag("--exclude-dependents", exclude.length > 0 && command.excludeDependents && name !== "destroy"),
    ...flag("--exclude-protected", command.excludeProtected),
    ...list("--replace", command.replace),
    ...flag("--continue-on-error", command.continueOnError),
    ...flag("--expect-no-changes", command.expectNoChanges),
    ...(parallel === undefined ? [] : ["--parallel", String(parallel)]),
    ...(display === undefined ? [] : [display]),
  ];
}

/** Whether the command may change nothing: it only previews. */
export function isDryRun({ command, preview }: ResolvedCommand): boolean {
  return command === "preview" || (preview === "only" && command !== "up");
}

/** Whether the command leaves out resources. */
export function isPartial({ target, exclude, excludeProtected }: ResolvedCommand): boolean {
  return target.length + exclude.length > 0 || excludeProtected;
}
