import type { Environment } from "../../emulator/environment";
import type { Feature } from "../../emulator/store/features";
import { markerKey as ownerKey } from "../../provider/catalog/limits";

interface Attachment {
  readonly id: string;
  readonly product: string;
  readonly feature: Feature;
}

/** The objects on the server at one moment. */
export interface ServerView {
  readonly features: ReadonlyMap<string, Feature>;
  readonly attachments: ReadonlyMap<string, Attachment>;
}

export function viewOf({ dashboard }: Environment): ServerView {
  const attachments = dashboard
    .products()
    .flatMap(({ id: product }) =>
      dashboard
        .productFeatures(product)
        .map(({ id, entitlement_feature }) => ({ id, product, feature: entitlement_feature })),
    );
  return {
    features: new Map(dashboard.features().map((feature) => [feature.id, feature])),
    attachments: new Map(attachments.map((attachment) => [attachment.id, attachment])),
  };
}

export function markerOf({ metadata }: Pick<Feature, "metadata">): string | undefined {
  return metadata[ownerKey];
}

export function activeWithKey({ features }: ServerView, lookupKey: string): Feature | undefined {
  return [...features.values()].find(({ active, lookup_key }) => active && lookup_key === lookupKey);
}

/** Whether a feature with the lookup key is attached to the product. */
export function isAttached(view: ServerView, product: string, lookupKey: string): boolean {
  return [...view.attachments.values()].some(
    (each) => each.product === product && each.feature.lookup_key === lookupKey,
  );
}

/** Returns the ids of the features that have another marker, or are new. */
export function changedMarkers(before: ServerView, after: ServerView): readonly string[] {
  const isChanged = (feature: Feature) => {
    const old = before.features.get(feature.id);
    return old === undefined || markerOf(old) !== markerOf(feature);
  };
  return [...after.features.values()].filter(isChanged).map(({ id }) => id);
}

/** Whether the object is archived or does not exist. */
export function isGone({ features, attachments }: ServerView, id: string): boolean {
  return features.get(id)?.active !== true && !attachments.has(id);
}
