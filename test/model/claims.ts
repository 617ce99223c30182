import type { Feature } from "../../emulator";
import { isSameStack } from "../../provider/lifecycle/ownership/policy";
import { isForeign } from "./markers";
import type { Program, StackSettings } from "./program";
import { isUnread, type Resource, type State } from "./resource";
import { markerOf, type ServerView } from "./server-view";

/** The objects of others that a stack may change, because of what it has seen and been given. */
export class Claims {
  /**
   * Features that were this stack's when it last read or wrote them, or was given them. An `up`
   * without a refresh does not see that another marker appeared.
   */
  readonly #ownWhenSeen = new Set<string>();
  /**
   * Markers of the features that were moved into this state, where these are the other stack's.
   */
  readonly #movedHere = new Map<string, string>();
  /**
   * Attachments that this stack created, imported or was given when their feature belonged to
   * others. Such a feature may change hands.
   */
  readonly #shared = new Set<string>();

  constructor(private readonly settings: StackSettings) {}

  mayTakeBack(feature: Feature): boolean {
    return this.#ownWhenSeen.has(feature.id);
  }

  /** Whether the feature came here with the marker that it still carries. */
  isMovedHere(feature: Feature): boolean {
    return this.#movedHere.has(feature.id) && this.#movedHere.get(feature.id) === markerOf(feature);
  }

  /**
   * Whether the feature came here with a marker of the stack whose marker it carries. The state
   * looks like that of a stack that was renamed, which knows its resources by both names.
   */
  isFromItsStack(feature: Feature): boolean {
    return isSameStack(this.#movedHere.get(feature.id), markerOf(feature));
  }

  mayDetach(attachment: string): boolean {
    return this.#shared.has(attachment);
  }

  /** Records that resources were moved into this state. */
  receive(resources: readonly Resource[], { features, attachments }: ServerView): void {
    for (const resource of resources) {
      const { id } = resource;
      const feature = features.get(id);
      const marker = feature && markerOf(feature);
      if (marker !== undefined && isOfStackOf(resource, marker)) this.#movedHere.set(id, marker);
      if (feature !== undefined && holdsAsOwn(resource)) this.#ownWhenSeen.add(id);
      if (attachments.has(id)) this.#shared.add(id);
    }
  }

  /** Records that the attachment was imported, or that its feature alone was moved away. */
  share(attachment: string): void {
    this.#shared.add(attachment);
  }

  /**
   * Records what a run has seen.
   *
   * @param applied the program of an `up` that succeeded
   */
  recordRun(stateBefore: State, state: State, after: ServerView, hasRefreshed: boolean, applied?: Program): void {
    const declaredKeys = new Set(applied?.features.map(({ lookupKey }) => lookupKey));
    const old = new Set(stateBefore.map(({ id }) => id));
    const ownBefore = new Set(stateBefore.filter(holdsAsOwn).map(({ id }) => id));
    for (const { id, outputs } of state) {
      const feature = after.features.get(id);
      if (feature !== undefined) this.#recordFeature(feature, hasRefreshed);
      const attached = after.attachments.get(id)?.feature;
      if (attached === undefined) continue;
      // Attachments change hands only together with a feature that the state holds as the stack's
      // own. One that a refresh loses in that way may be adopted again.
      const mayBeAdopted = hasRefreshed && (outputs["adopt"] ?? this.settings.adopt) === "any";
      // A program keeps the attachment of a feature that it gave away.
      const isKept = applied !== undefined && !declaredKeys.has(attached.lookup_key);
      const isNew = !old.has(id) || !ownBefore.has(attached.id) || mayBeAdopted || isKept;
      if (isNew && !this.#isOwn(attached)) this.#shared.add(id);
      if (hasRefreshed && this.#isOwn(attached)) this.#shared.delete(id);
    }
  }

  #recordFeature(feature: Feature, hasRefreshed: boolean): void {
    if (!this.#isForeign(feature)) this.#ownWhenSeen.add(feature.id);
    else if (hasRefreshed && !this.isFromItsStack(feature)) this.#ownWhenSeen.delete(feature.id);
  }

  #isForeign(feature: Feature): boolean {
    return isForeign(this.settings, feature);
  }

  /** Whether the feature counts as this stack's for its attachments. */
  #isOwn(feature: Feature): boolean {
    const isMarked = markerOf(feature) !== undefined;
    return !this.#isForeign(feature) && (isMarked || this.settings.ownership === "none");
  }
}

/**
 * Whether the state holds the feature as one of its stack. One that was imported with the marker of
 * another stack belongs to that stack. The engine counts one that is to be created again as
 * deleted, and a refresh does not read it.
 */
function holdsAsOwn(resource: Resource): boolean {
  const marker = resource.outputs["marker"] as string | undefined;
  return !isUnread(resource) && !resource.isPendingReplacement && (!marker || isOfStackOf(resource, marker));
}

/** Whether the marker is one of the stack that the state of the resource names. */
function isOfStackOf({ outputs }: Resource, marker: string): boolean {
  return isSameStack(marker, outputs["owner"] as string | undefined);
}
