import { isOther } from "../inputs";
import { refuseOtherMode } from "../account/guard";
import { sameMetadata } from "../metadata";
import type { DiffResult } from "../resource-rules";
import type { LocalContext } from "../session";
import { type FeatureInputs, type FeatureState, subjectOf } from "./state";

export function diff({ keyMode, run }: LocalContext, id: string, olds: FeatureState, news: FeatureInputs): DiffResult {
  // Before it is refused: what is yet to be created must not go where the key leads either.
  run.livesIn({ ...olds, feature: id });
  refuseOtherMode(subjectOf(id, olds), olds, keyMode);
  if (news.owner !== undefined) run.willMark(id);
  // Stripe has no update of a lookup key [spec]. The engine makes the new feature before it archives the old one, so customers are never
  // without; that goes for a forced replacement too, which finds the feature that it has.
  const replaces = isOther(olds.lookupKey, news.lookupKey) ? ["lookupKey"] : [];
  return { changes: replaces.length > 0 || !isSameInStripe(olds, news) || !isKeptSame(olds, news), replaces };
}

/** Whether nothing has to be sent. */
export function isSameInStripe(olds: FeatureState, news: FeatureInputs): boolean {
  return olds.name === news.name && sameMetadata(olds.metadata, news.metadata) && olds.owner === news.owner;
}

function isKeptSame(olds: FeatureState, news: FeatureInputs): boolean {
  return olds.adopt === news.adopt && olds.archiveWhileAttached === news.archiveWhileAttached;
}
