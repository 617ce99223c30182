import { type Choices, refusalError } from "../choices";
import { byPath, type Reference, resourceMissing } from "../errors";
import { randomId } from "../ids";
import type { Collection } from "../storage/storage";
import {
  applyParameters,
  changesProperties,
  copyValues,
  type Feature,
  type FeatureParameters,
  type FeatureValues,
} from "./feature-properties";
import { inCreationOrder, type Listed, NewestFirst, type Page, type PageRequest } from "./newest-first";

export type { Feature } from "./feature-properties";

export interface FeatureRecord extends Listed, FeatureValues {
  active: boolean;
}

/** Changes of a feature. The properties and `active` change together or not at all. */
export interface FeatureUpdate extends FeatureParameters {
  readonly active?: boolean | undefined;
}

/** The filters of a list of features. */
export interface FeatureFilter {
  readonly archived?: boolean | undefined;
  readonly lookup_key?: string | undefined;
}

/** The features of one account in one mode, and the rules of archiving. */
export class FeatureStore {
  readonly #byId = new Map<string, FeatureRecord>();
  /**
   * Only active features hold their lookup key. An archived feature's key can be used again (S3).
   */
  readonly #activeByKey = new Map<string, FeatureRecord>();
  readonly #byKey = new Map<string, NewestFirst<FeatureRecord>>();
  readonly #all = new NewestFirst<FeatureRecord>();
  readonly #active = new NewestFirst<FeatureRecord>();
  readonly #archived = new NewestFirst<FeatureRecord>();
  #created = 0;

  constructor(
    readonly livemode: boolean,
    readonly choices: Choices,
    readonly otherMode: () => FeatureStore,
    readonly collection: Collection<FeatureRecord>,
  ) {
    for (const feature of inCreationOrder(collection.all())) this.#insert(feature);
  }

  /** Creates a feature. The caller has checked that every required value is there. */
  create(parameters: FeatureParameters): FeatureRecord {
    const values = applyParameters(undefined, parameters, this.choices);
    const { lookup_key } = values;
    const holder = this.#activeByKey.get(lookup_key);
    if (holder !== undefined) throw refusalError(this.choices.duplicateLookupKey, { id: holder.id, lookup_key });
    const feature: FeatureRecord = {
      id: randomId(this.livemode ? "feat_" : "feat_test_"),
      sequence: this.#created,
      ...values,
      active: true,
    };
    this.#insert(feature);
    this.collection.put(feature.id, feature);
    return feature;
  }

  has(id: string): boolean {
    return this.#byId.has(id);
  }

  get(id: string, reference: Reference = byPath): FeatureRecord {
    const feature = this.#byId.get(id);
    if (feature !== undefined) return feature;
    throw resourceMissing({
      noun: this.choices.nouns.feature,
      otherModeHint: this.choices.otherModeHint,
      id,
      ...reference,
      livemode: this.livemode,
      inOtherMode: this.otherMode().has(id),
    });
  }

  update(id: string, update: FeatureUpdate): FeatureRecord {
    const feature = this.get(id);
    if (!feature.active) return this.#updateArchived(feature, update);
    Object.assign(feature, applyParameters(feature, update, this.choices));
    if (update.active === false) this.#archive(feature);
    this.collection.put(id, feature);
    return feature;
  }

  list({ archived, lookup_key }: FeatureFilter, page: PageRequest): Page<FeatureRecord> {
    const wanted = archived ?? (this.choices.listWithoutArchived === "active" ? false : undefined);
    if (lookup_key !== undefined) {
      const matching = new NewestFirst<FeatureRecord>();
      for (const feature of this.#byKey.get(lookup_key)?.all().reverse() ?? []) {
        if (wanted === undefined || feature.active !== wanted) matching.add(feature);
      }
      return matching.page(page);
    }
    if (wanted === undefined) return this.#all.page(page);
    return (wanted ? this.#archived : this.#active).page(page);
  }

  /** Returns all features, or only the archived or the active ones. Newest first. */
  all(archived?: boolean): readonly FeatureRecord[] {
    if (archived === undefined) return this.#all.all();
    return (archived ? this.#archived : this.#active).all();
  }

  #insert(feature: FeatureRecord): void {
    this.#created = feature.sequence + 1;
    this.#byId.set(feature.id, feature);
    this.#withKey(feature.lookup_key).add(feature);
    this.#all.add(feature);
    if (feature.active) this.#activeByKey.set(feature.lookup_key, feature);
    (feature.active ? this.#active : this.#archived).add(feature);
  }

  /** An archived feature can neither be edited (S5) nor made active again (S6). */
  #updateArchived(feature: FeatureRecord, update: FeatureUpdate): FeatureRecord {
    const { id } = feature;
    if (update.active === true) throw refusalError(this.choices.unarchive, { id });
    if (changesProperties(update)) throw refusalError(this.choices.editArchived, { id });
    if (update.active === false && this.choices.archiveTwice !== "accepted") {
      throw refusalError(this.choices.archiveTwice, { id });
    }
    return feature;
  }

  #archive(feature: FeatureRecord): void {
    feature.active = false;
    this.#activeByKey.delete(feature.lookup_key);
    this.#active.remove(feature);
    this.#archived.add(feature);
  }

  #withKey(lookupKey: string): NewestFirst<FeatureRecord> {
    const known = this.#byKey.get(lookupKey);
    if (known !== undefined) return known;
    const list = new NewestFirst<FeatureRecord>();
    this.#byKey.set(lookupKey, list);
    return list;
  }
}

/** Returns a feature as Stripe answers it. */
export function featureBody(feature: FeatureRecord, livemode: boolean): Feature {
  const { id, active } = feature;
  return { id, object: "entitlements.feature", active, livemode, ...copyValues(feature) };
}
