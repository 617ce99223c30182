export type Properties = Readonly<Record<string, unknown>>;
export type ResourceType = "Feature" | "ProductFeature";

/** A resource in the state. */
export interface Resource {
  readonly type: ResourceType;
  readonly urn: string;
  readonly id: string;
  readonly inputs: Properties;
  readonly outputs: Properties;
  /** URNs. */
  readonly dependencies: readonly string[];
  /** Whether the resource was replaced and is not deleted yet. */
  readonly isPendingDelete: boolean;
  /** Whether the resource was deleted and its replacement is not created yet. */
  readonly isPendingReplacement: boolean;
  /** Whether the last update failed after its first request. */
  readonly isPartiallyUpdated: boolean;
}

export type State = readonly Resource[];

/** A resource without a history. */
export const plainResource = {
  dependencies: [],
  isPendingDelete: false,
  isPendingReplacement: false,
  isPartiallyUpdated: false,
} as const;

/**
 * Returns the resource that the state holds under the URN. Undefined also if it is only left over.
 */
export function findCurrent(state: State, urn: string): Resource | undefined {
  return state.find((each) => each.urn === urn && !each.isPendingDelete);
}

/** Whether the resource was imported, and nothing has read it since. */
export function isUnread({ outputs }: Resource): boolean {
  return outputs["livemode"] === undefined;
}
