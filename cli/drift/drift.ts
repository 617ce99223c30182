// The differences between a catalog and an account, as `--json` prints them.

/** An object that the catalog names and the account has not. */
export type Missing =
  /** No active feature has the lookup key. It may have been archived. */
  | { readonly type: "feature"; readonly lookupKey: string; readonly name: string }
  | { readonly type: "product"; readonly product: string; readonly plan: string }
  | { readonly type: "attachment"; readonly lookupKey: string; readonly product: string; readonly plan: string };

/** A property with another value than in the catalog. */
export interface Change {
  readonly property: "name" | "metadata";
  /** The entry of the metadata. Absent for the name. */
  readonly key?: string;
  /** Null where the catalog has no such entry. */
  readonly catalog: string | null;
  /** Null where the account has no such entry. */
  readonly account: string | null;
}

/** A feature of the catalog with other properties. */
export interface Changed {
  readonly lookupKey: string;
  readonly id: string;
  readonly changes: readonly Change[];
}

/** An object that the account has and the catalog does not name. */
export type Unmanaged = UnmanagedFeature | UnmanagedAttachment;

interface UnmanagedFeature {
  readonly type: "feature";
  readonly lookupKey: string;
  readonly id: string;
  readonly name: string;
  /** The marker: the resource that manages the feature. Null for one that was made by hand. */
  readonly owner: string | null;
}

interface UnmanagedAttachment {
  readonly type: "attachment";
  readonly lookupKey: string;
  readonly id: string;
  readonly product: string;
  /** The name of the product. */
  readonly name: string;
  /** Whether the feature is archived. It still creates entitlements (S24). */
  readonly isArchived: boolean;
  /**
   * The resource that manages the feature. Null without one, and where the catalog names the
   * feature: then the attachment was made by hand.
   */
  readonly owner: string | null;
}

/** All differences, each list sorted. */
export interface Drift {
  readonly missing: readonly Missing[];
  readonly changed: readonly Changed[];
  readonly unmanaged: readonly Unmanaged[];
  /** The number of unmanaged objects that the user ignores. */
  readonly ignored: number;
}

/** Returns the number of differences. */
export function countDifferences({ missing, changed, unmanaged }: Drift): number {
  return missing.length + changed.length + unmanaged.length;
}
