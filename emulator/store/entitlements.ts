import { randomId } from "../ids";
import { type Feature, type FeatureRecord, featureBody } from "./features";
import { type Listed, NewestFirst } from "./newest-first";

/** `entitlements.active_entitlement` as Stripe answers it [spec]. */
export interface ActiveEntitlement {
  readonly id: string;
  readonly object: "entitlements.active_entitlement";
  /** The feature's id, or the feature itself where it is expanded. */
  readonly feature: string | Feature;
  readonly livemode: boolean;
  readonly lookup_key: string;
}

export interface EntitlementRecord extends Listed {
  readonly feature: FeatureRecord;
}

/** What one customer is entitled to: one entitlement for a feature, however many products bring it. */
export class Entitlements {
  readonly list = new NewestFirst<EntitlementRecord>();
  readonly #byId = new Map<string, EntitlementRecord>();
  readonly #byFeature = new Map<string, EntitlementRecord>();
  #created = 0;

  constructor(kept: readonly EntitlementRecord[] = []) {
    for (const entitlement of kept) this.#insert(entitlement);
  }

  find(id: string): EntitlementRecord | undefined {
    return this.#byId.get(id);
  }

  /** Ends what is no longer among `features` and begins what is new; the rest keeps its id. */
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
