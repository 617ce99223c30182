import { type Choices, refuse } from "../choices";
import { byPath, type Reference, resourceMissing } from "../errors";
import { randomId } from "../ids";
import type { Shelf } from "../storage/storage";
import { applyMetadata, type Metadata, type MetadataPatch } from "./metadata";
import { inOrder, type Listed, NewestFirst, type Page, type PageRequest } from "./newest-first";

/** `entitlements.feature` as Stripe answers it [spec]. */
export interface Feature {
  readonly id: string;
  readonly object: "entitlements.feature";
  readonly active: boolean;
  readonly livemode: boolean;
  readonly lookup_key: string;
  readonly metadata: Metadata;
  readonly name: string;
}

export interface FeatureRecord extends Listed {
  readonly lookup_key: string;
  name: string;
  metadata: Metadata;
  active: boolean;
}

export interface FeatureEdit {
  readonly active?: boolean | undefined;
  readonly name?: string | undefined;
  readonly metadata?: MetadataPatch | undefined;
}

export interface FeatureFilter {
  readonly archived?: boolean | undefined;
  readonly lookup_key?: string | undefined;
}

/** The features of one account in one mode, and the rules of archiving. */
export class FeatureStore {
  readonly #byId = new Map<string, FeatureRecord>();
  /** Only active features hold their key: an archived one's key can be used again [docs]. */
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
    readonly shelf: Shelf<FeatureRecord>,
  ) {
    for (const feature of inOrder(shelf.all())) this.#insert(feature);
  }

  create(input: { lookup_key: string; name: string; metadata?: MetadataPatch | undefined }): FeatureRecord {
    const metadata = applyMetadata({}, input.metadata ?? {}, this.choices.lengthUnit);
    const holder = this.#activeByKey.get(input.lookup_key);
    if (holder !== undefined) {
      throw refuse(this.choices.duplicateLookupKey, { id: holder.id, lookup_key: input.lookup_key });
    }
    const feature: FeatureRecord = {
      id: randomId(this.livemode ? "feat_" : "feat_test_"),
      sequence: this.#created,
      lookup_key: input.lookup_key,
      name: input.name,
      metadata,
      active: true,
    };
    this.#insert(feature);
    this.shelf.put(feature.id, feature);
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
      id,
      ...reference,
      livemode: this.livemode,
      inOtherMode: this.otherMode().has(id),
    });
  }

  /** All of an edit or nothing of it. */
  update(id: string, edit: FeatureEdit): FeatureRecord {
    const feature = this.get(id);
    if (!feature.active) return this.#updateArchived(feature, edit);
    const metadata =
      edit.metadata === undefined
        ? feature.metadata
        : applyMetadata(feature.metadata, edit.metadata, this.choices.lengthUnit);
    feature.metadata = metadata;
    feature.name = edit.name ?? feature.name;
    if (edit.active === false) this.#archive(feature);
    this.shelf.put(id, feature);
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

  /** All features, or only the archived, or only the active; newest first. */
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

  /** "Archived features can't be edited"; "You can't unarchive a feature." [docs] */
  #updateArchived(feature: FeatureRecord, edit: FeatureEdit): FeatureRecord {
    if (edit.active === true) throw refuse(this.choices.unarchive, { id: feature.id });
    if (edit.name !== undefined || edit.metadata !== undefined) {
      throw refuse(this.choices.editArchived, { id: feature.id });
    }
    if (edit.active === false && this.choices.archiveTwice !== "accepted") {
      throw refuse(this.choices.archiveTwice, { id: feature.id });
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

export function featureBody(feature: FeatureRecord, livemode: boolean): Feature {
  return {
    id: feature.id,
    object: "entitlements.feature",
    active: feature.active,
    livemode,
    lookup_key: feature.lookup_key,
    metadata: { ...feature.metadata },
    name: feature.name,
  };
}
