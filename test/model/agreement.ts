import type { Feature } from "../../emulator";
import { markerKey } from "../../provider/catalog/limits";
import { formatError, isEntitlementsError } from "../../provider/lifecycle/errors";
import type { Created } from "./engine";
import type { FindingOfUrn, Preview } from "./preview";
import { findCurrent, type State } from "./resource";
import type { ServerView } from "./server-view";

/** An `up` that followed a preview, with nothing in between. */
export interface UpAfterPreview {
  readonly errors: readonly unknown[];
  readonly created: ReadonlyMap<string, Created>;
  readonly stateBefore: State;
  readonly state: State;
  /** Whether a replacement was forced that deletes before it creates. */
  readonly isForcedDeletingFirst: boolean;
  readonly before: ServerView;
  readonly after: ServerView;
}

/** How many resources `up` treated as their previews said, by what it did. */
export class Tally {
  readonly #counts = { creates: 0, adoptions: 0, rejections: 0 };
  #previews = 0;

  /** Counts an `up` without disagreements. */
  add({ planned }: Preview, up: UpAfterPreview): void {
    this.#previews += 1;
    for (const [urn, { plan }] of planned) {
      const created = plan === "create" ? up.created.get(urn) : undefined;
      if (created !== undefined) this.#counts[kindOf(created, up)] += 1;
    }
  }

  /** Whether each kind of effect was seen. */
  get isComplete(): boolean {
    return Object.values(this.#counts).every((count) => count > 0);
  }

  toString(): string {
    const counts = Object.entries(this.#counts).map(([what, count]) => `${count} ${what}`);
    return `${this.#previews} previews, ${counts.join(", ")}`;
  }
}

/**
 * Returns where `up` did not do what the preview had called an adoption, a create or a rejection.
 * Nothing has changed between them.
 */
export function disagreements(preview: Preview, up: UpAfterPreview): string[] {
  if (preview.errors.length > 0) return up.errors.length > 0 ? [] : ["the preview fails and `up` does not"];
  const ofStack = preview.findings.filter(({ severity, urn }) => urn === undefined && severity !== "info");
  if (ofStack.length > 0) return ofStack.flatMap((finding) => stackDisagreements(finding, up));
  const toCreate = [...preview.planned].filter(([, { plan }]) => plan === "create").map(([urn]) => urn);
  return [
    ...toCreate.flatMap((urn) => createDisagreements(urn, preview, up)),
    ...[...up.created.keys()]
      .filter((urn) => ![...toCreate, ...unknownIn(preview)].includes(urn))
      .map((urn) => `${urn} is created, but the preview does not plan it`),
  ];
}

/** Returns the resources that a preview cannot tell anything about. */
function unknownIn({ planned }: Preview): readonly string[] {
  return [...planned].filter(([, { plan }]) => plan === "unknown").map(([urn]) => urn);
}

/** The key is rejected, so nothing else was compared, and `up` creates nothing. */
function stackDisagreements({ severity, text }: FindingOfUrn, { created, errors }: UpAfterPreview): string[] {
  const isRejected = errors.length > 0 && [...created.values()].every((each) => "error" in each);
  return severity === "error" && isRejected ? [] : [`the preview says ${JSON.stringify(text)}, and up does not`];
}

function createDisagreements(urn: string, preview: Preview, up: UpAfterPreview): string[] {
  // The engine skips the rest after an error.
  const created = up.created.get(urn) ?? (up.errors.length > 0 ? undefined : findKept(urn, up));
  if (created === undefined) return [];
  if ((up.isForcedDeletingFirst && isReplacedFirst(created, up)) || isOfUnknownAccount(created, preview)) return [];
  const findings = findingsOf(urn, preview);
  const isAsSaid =
    findings.length === 0
      ? kindOf(created, up) === "creates"
      : findings.every((finding) => isAsFound(finding, created, up));
  if (isAsSaid) return [];
  const said = JSON.stringify(findings.map(({ text }) => text));
  return [`${urn}: the preview says ${said}, and up ${describe(created, up)}`];
}

/**
 * Returns what the state holds. An attachment is not replaced if the replacement of its feature
 * adopts the same feature, which a preview cannot know. Undefined if it is gone: `up` does not see
 * that without a refresh.
 */
function findKept(urn: string, { state, after }: UpAfterPreview): Created | undefined {
  const kept = findCurrent(state, urn);
  if (kept === undefined) return { error: "nothing was done" };
  return exists(after, kept.id) ? kept : undefined;
}

/**
 * Whether the engine has deleted an attachment of the pair before it created this one. The provider
 * then detaches it with its feature, or leaves it to the create, whatever the marker of its
 * feature.
 */
function isReplacedFirst(created: Created, { stateBefore, before, after }: UpAfterPreview): boolean {
  const now = "id" in created ? after.attachments.get(created.id) : undefined;
  return stateBefore.some(({ id }) => {
    const old = before.attachments.get(id);
    return old !== undefined && old.product === now?.product && old.feature.lookup_key === now?.feature.lookup_key;
  });
}

/**
 * Whether the key is of another account, and every resource of the state is replaced. The program
 * then does not know the account of the stack.
 */
function isOfUnknownAccount(created: Created, { planned }: Preview): boolean {
  if ("id" in created || !isEntitlementsError(created.error)) return false;
  return created.error.kind === "wrongAccount" && [...planned.values()].every(({ plan }) => plan !== "exists");
}

/** Returns the lines about the resource. A missing product or feature is named only once. */
function findingsOf(urn: string, { findings, planned }: Preview): readonly FindingOfUrn[] {
  const { product, entitlementFeature } = planned.get(urn)?.inputs ?? {};
  const isAbout = ({ text }: FindingOfUrn) => {
    const id = findMissing(text);
    return id !== undefined && [product, entitlementFeature].includes(id);
  };
  return findings.filter((each) => each.urn === urn || isAbout(each));
}

/** Returns the id of the product or feature that does not exist, as the line says. */
function findMissing(text: string): string | undefined {
  return /: (?:product|feature) (\S+) does not exist/.exec(text)?.[1];
}

function isAsFound({ severity, text }: FindingOfUrn, created: Created, up: UpAfterPreview): boolean {
  switch (severity) {
    case "info":
      return "id" in created && isAdoptedAsSaid(text, created.id, up);
    case "error":
      return "error" in created ? isSameError(text, created.error) : isUnmarkedOfReplaced(created.id, up);
    case "warning":
      // Where only a replacement may adopt the feature, `up` adopts or rejects it.
      return findMissing(text) === undefined ? kindOf(created, up) !== "creates" : isMissing(created);
  }
}

/**
 * Whether the feature was imported, has no marker yet, and belonged to another resource, which this
 * `up` replaces. The program does not know the state.
 */
function isUnmarkedOfReplaced(id: string, { stateBefore, state, before }: UpAfterPreview): boolean {
  const feature = before.features.get(id);
  const isReplaced = stateBefore.some((each) => each.id === id && findCurrent(state, each.urn)?.id !== id);
  return feature !== undefined && !(markerKey in feature.metadata) && isReplaced;
}

function isMissing(created: Created): boolean {
  if ("id" in created) return false;
  return isEntitlementsError(created.error) && ["missing", "wrongMode"].includes(created.error.kind);
}

function isAdoptedAsSaid(text: string, id: string, { before, after }: UpAfterPreview): boolean {
  if (!text.startsWith(`up will adopt ${id}, `)) return false;
  const [old, now] = [before.features.get(id), after.features.get(id)];
  if (old === undefined || now === undefined) return before.attachments.has(id) && after.attachments.has(id);
  const changes = changesOf(old, now);
  return changes.length === 0 ? !text.includes(": ") : text.endsWith(`: ${changes.join(", ")}.`);
}

/** Returns the changes of an adoption in the words of a preview. */
function changesOf(old: Feature, now: Feature): readonly string[] {
  const { [markerKey]: _, ...before } = old.metadata;
  const { [markerKey]: __, ...after } = now.metadata;
  const added = Object.keys(after).filter((key) => !(key in before));
  const changed = Object.keys(after).filter((key) => key in before && before[key] !== after[key]);
  const removed = Object.keys(before).filter((key) => !(key in after));
  return [
    ...(old.name === now.name ? [] : [`name "${old.name}" → "${now.name}"`]),
    ...listed("adds", added, (key) => `"${after[key]}"`),
    ...listed("changes", changed, (key) => `"${before[key]}" → "${after[key]}"`),
    ...listed("removes", removed, (key) => `"${before[key]}"`),
  ];
}

function listed(verb: string, keys: readonly string[], valuesOf: (key: string) => string): readonly string[] {
  return keys.length === 0 ? [] : [`${verb} metadata ${keys.map((key) => `${key} ${valuesOf(key)}`).join(", ")}`];
}

/** Whether the texts agree. Only the preview shows the values of metadata. */
function isSameError(text: string, error: unknown): boolean {
  const withoutChanges = (each: string) => each.replace(/\. To adopt it would change it: .*/, "");
  return isEntitlementsError(error) && withoutChanges(text) === withoutChanges(formatError(error));
}

/** Returns the effect on the server. */
function kindOf(created: Created, { before, after }: UpAfterPreview): "creates" | "adoptions" | "rejections" {
  if ("error" in created) return "rejections";
  return exists(before, created.id) || !exists(after, created.id) ? "adoptions" : "creates";
}

function exists({ features, attachments }: ServerView, id: string): boolean {
  return features.has(id) || attachments.has(id);
}

function describe(created: Created, up: UpAfterPreview): string {
  return "error" in created ? `rejects it: ${created.error}` : `${kindOf(created, up)} ${created.id}`;
}
