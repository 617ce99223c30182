import { isOther } from "../inputs";
import { refuseOtherMode } from "../account/guard";
import type { DiffResult } from "../resource-rules";
import type { Run } from "../run/run";
import type { LocalContext } from "../session";
import { type ProductFeatureInputs, type ProductFeatureState, subjectOf } from "./state";

export function diff(
  { keyMode, run }: LocalContext,
  id: string,
  olds: ProductFeatureState,
  news: ProductFeatureInputs,
): DiffResult {
  // Before it is refused: what is yet to be created must not go where the key leads either.
  run.livesIn({ ...olds, feature: olds.entitlementFeature });
  refuseOtherMode(subjectOf(id, olds), olds, keyMode);
  // Stripe has no update of an attachment [spec]. The engine attaches the new pair before it detaches the old one, so customers are never
  // without; that goes for a forced replacement too, which finds the attachment that it has.
  const replaces = (["product", "entitlementFeature"] as const).filter((property) =>
    isOther(olds[property], news[property]),
  );
  const isKeptSame = olds.owner === news.owner && olds.adopt === news.adopt && !isOutdated(olds, run);
  return { changes: replaces.length > 0 || !isKeptSame, replaces };
}

/** Whether the state says that the feature is not this stack's, which has taken it over since. */
export function isOutdated({ featureOwner, entitlementFeature }: ProductFeatureState, run: Run): boolean {
  return featureOwner !== undefined && run.marks(entitlementFeature);
}
