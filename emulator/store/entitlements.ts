import { randomId } from "../ids";
import { type Feature, type FeatureRecord, featureBody } from "./features";
import { type Listed, NewestFirst } from "./newest-first";

/**
 * `entitlements.active_entitlement` as Stripe answers it.
 *
 * @see https://docs.stripe.com/api/entitlements/active-entitlement
 */
export interface ActiveEntitlement {
  readonly id: string;
  readonly object: "entitlements.active_entitlement";
  /** The id of the feature, or the feature itself if it is expanded. */
  readonly feature: string | Feature;
  readonly livemode: boolean;
  readonly lookup_key: string;
}

export interface EntitlementRecord extends Listed {
  readonly feature: FeatureRecord;
}

/**
 * The entitlements of one customer: one for each feature, even if several products have it (S41).
 */
export class Entitlements {
  readonly list = new NewestFirst<EntitlementRecord>();
  readonly #byId = new Map<string, EntitlementRecord>();
  readonly #byFeature = new Map<string, EntitlementRecord>();
  #created = 0;

  constructor(existing: readonly EntitlementRecord[] = []) {
    for (const entitlement of existing) this.#insert(entitlement);
  }

  find(id: string): EntitlementRecord | undefined {
    return this.#byId.get(id);
  }

  /**
   * Makes these the entitled features. Entitlements to other features end; existing ones keep their
   * ids.
   */
  setFeatures(features: readonly FeatureRecord[]): void {
    const wanted = new Set(features.map(({ id }) => id));
    for (const entitlement of this.list.all()) {
      if (wanted.has(entitlement.feature.id)) continue;
      this.list.remove(entitlement);
      this.#byId.delete(entitlement.id);
      this.#byFeature.delete(entitlement.feature.id);
    }
    for (const feature of features) {
      if (this.#byFeature.has(feature.id)) continue;
      this.#insert({ id: randomId("ent_"), sequence: this.#created, feature });
    }
  }

  #insert(entitlement: EntitlementRecord): void {
    this.#created = entitlement.sequence + 1;
    this.list.add(entitlement);
    this.#byId.set(entitlement.id, entitlement);
    this.#byFeature.set(entitlement.feature.id, entitlement);
  }
}

export function entitlementBody(
  { id, feature }: EntitlementRecord,
  livemode: boolean,
  expand: boolean,
): ActiveEntitlement {
  return {
    id,
    object: "entitlements.active_entitlement",
    feature: expand ? featureBody(feature, livemode) : feature.id,
    livemode,
    lookup_key: feature.lookup_key,
  };
}
