import type { Move } from "./commands";
import { freeSlot, ifValid, nth } from "./edits";
import type { ModelStack } from "./model-stack";
import {
  attachmentUrn,
  type DeclaredAttachment,
  type DeclaredFeature,
  type ExistingFeature,
  featureUrn,
  findFeature,
  isOf,
  type Program,
} from "./program";
import { findCurrent, type Resource } from "./resource";
import type { ServerView } from "./server-view";

/** The resources that move, and the programs afterwards. */
interface Plan {
  readonly urns: readonly string[];
  readonly source: Program;
  readonly target: Program;
}

/**
 * Moves resources from one state to the other, as `pulumi state move` does, and their declarations
 * from one program to the other. Does nothing where that is not possible.
 */
export function moveResources(source: ModelStack, target: ModelStack, command: Move, view: ServerView): void {
  const plan = planMove(source, target, command, view);
  if (plan === undefined) return;
  source.program = plan.source;
  target.program = plan.target;
  moveRows(source, target, plan.moved);
  moveRecords(source, target, plan.moved, view);
}

/** Returns what moves, and the programs afterwards. Undefined where the move is not possible. */
export function planMove(source: ModelStack, target: ModelStack, command: Move, view: ServerView) {
  const plan =
    command.which === "attachment"
      ? planAttachment(source, target, command, view)
      : planFeature(source, target, command, view);
  const programs = plan && { source: ifValid(plan.source), target: ifValid(plan.target) };
  if (plan === undefined || programs?.source === undefined || programs.target === undefined) return undefined;
  const moved = source.state.filter(({ urn }) => plan.urns.includes(urn));
  const isTaken = target.state.some(({ urn }) => plan.urns.includes(urn));
  if (isTaken || moved.length !== plan.urns.length || moved.some(isLeftOver)) return undefined;
  return { moved, source: programs.source, target: programs.target };
}

function isLeftOver({ isPendingDelete, isPendingReplacement }: Resource): boolean {
  return isPendingDelete || isPendingReplacement;
}

/** Moves a feature, with the attachments that refer to it or without them. */
function planFeature(
  source: ModelStack,
  target: ModelStack,
  { which, nth: index }: Move,
  view: ServerView,
): Plan | undefined {
  const feature = nth(source.program.features, index);
  const byId = feature && findExisting(source, feature, view);
  if (feature === undefined || byId === undefined) return undefined;
  const attached = source.program.attachments.filter((each) => isOf(each, feature));
  const isWhole = which === "feature and attachments";
  const moved: DeclaredFeature = { ...feature, slot: freeSlot(target.program), aliases: [] };
  const kept = source.program.attachments.flatMap((each) =>
    isOf(each, feature) ? (isWhole ? [] : [{ ...each, feature: byId }]) : [each],
  );
  const withFeature: Program = { ...target.program, features: [...target.program.features, moved] };
  return {
    urns: [featureUrn(feature), ...(isWhole ? attached.map(attachmentUrn) : [])],
    source: { features: source.program.features.filter((each) => each !== feature), attachments: kept },
    target: (isWhole ? attached : []).reduce(
      (program, each) => withAttachment(program, { ...each, feature: { slot: moved.slot } }),
      withFeature,
    ),
  };
}

/** Moves an attachment, which then names its feature by the id. */
function planAttachment(
  source: ModelStack,
  target: ModelStack,
  { nth: index }: Move,
  view: ServerView,
): Plan | undefined {
  const { features, attachments } = source.program;
  const attachment = nth(attachments, index);
  if (attachment === undefined) return undefined;
  const declared = findFeature(source.program, attachment);
  const feature = declared === undefined ? attachment.feature : findExisting(source, declared, view);
  if (feature === undefined || !("id" in feature)) return undefined;
  return {
    urns: [attachmentUrn(attachment)],
    source: { features, attachments: attachments.filter((each) => each !== attachment) },
    target: withAttachment(target.program, { ...attachment, feature }),
  };
}

/**
 * Returns the feature that the state holds for the declared one. The program may declare another
 * lookup key since.
 */
function findExisting({ state }: ModelStack, declared: DeclaredFeature, view: ServerView): ExistingFeature | undefined {
  const feature = view.features.get(findCurrent(state, featureUrn(declared))?.id ?? "");
  return feature && { id: feature.id, lookupKey: feature.lookup_key };
}

function withAttachment(program: Program, attachment: DeclaredAttachment): Program {
  const moved = { ...attachment, slot: freeSlot(program), aliases: [] };
  return { ...program, attachments: [...program.attachments, moved] };
}

function moveRows(source: ModelStack, target: ModelStack, moved: readonly Resource[]): void {
  const urns = moved.map(({ urn }) => urn);
  const withDependencies = (each: Resource, isKept: (urn: string) => boolean): Resource => ({
    ...each,
    dependencies: each.dependencies.filter(isKept),
  });
  source.state = source.state
    .filter((each) => !moved.includes(each))
    .map((each) => withDependencies(each, (urn) => !urns.includes(urn)));
  target.state = [...target.state, ...moved.map((each) => withDependencies(each, (urn) => urns.includes(urn)))];
}

function moveRecords(source: ModelStack, target: ModelStack, moved: readonly Resource[], view: ServerView): void {
  for (const { id } of moved) {
    source.managed.delete(id);
    target.managed.add(id);
    target.unrecorded.delete(id);
  }
  target.claims.receive(moved, view);
  const features = new Set(moved.map(({ id }) => id));
  for (const { id } of source.state) {
    const attachment = view.attachments.get(id);
    if (attachment !== undefined && features.has(attachment.feature.id)) source.claims.share(id);
  }
  source.isStale = true;
  target.isStale = true;
}
