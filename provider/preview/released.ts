import { isSameStack } from "../lifecycle/ownership/policy";
import type { StripeFeature } from "../stripe/feature";
import type { Answered } from "./answered";
import { knownAccountOf, plannedFeature } from "./planned";

/**
 * Says which features other resources of this stack have released: they declare another lookup key,
 * or were renamed or removed.
 */
export class Released {
  constructor(private readonly answered: readonly Answered[]) {}

  /**
   * Whether the feature carries the marker of another resource of this stack, which does not
   * declare it any more. Undefined when that cannot be told.
   *
   * @param owner the resource that wants to adopt it
   */
  async isReleased({ id, lookupKey, marker }: StripeFeature, owner: string | undefined): Promise<boolean | undefined> {
    if (marker === undefined || marker === owner || !isSameStack(marker, owner)) return false;
    const named = this.answered.find((each) => each.type === "Feature" && each.owner === marker);
    switch (named?.plan) {
      case undefined:
        return true;
      case "unknown":
        return undefined;
      case "exists":
        return (await knownAccountOf(named)).feature !== id;
      case "create":
        return (await plannedFeature(named)).inputs.lookupKey !== lookupKey;
    }
  }
}
