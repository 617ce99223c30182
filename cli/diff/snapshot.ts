/** The features and plans at one side of a comparison. */
export interface Snapshot {
  /** The managed features, by lookup key. */
  readonly features: ReadonlyMap<string, FeatureFacts>;
  /** By an id that is the same on both sides. */
  readonly plans: ReadonlyMap<string, PlanFacts>;
}

export interface FeatureFacts {
  readonly name: string;
  readonly metadata: Readonly<Record<string, string>>;
}

export interface PlanFacts {
  /** The text for people. */
  readonly label: string;
  /**
   * The plan that lists each feature, by lookup key: undefined for this plan itself, or if it is
   * not known.
   */
  readonly carries: ReadonlyMap<string, string | undefined>;
}

export const emptySnapshot: Snapshot = { features: new Map(), plans: new Map() };
