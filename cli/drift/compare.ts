import type { Catalog } from "../../provider/catalog";
import type { FeatureDeclaration } from "../../provider/catalog/types";
import { featureProperties } from "../../provider/lifecycle/feature/properties";
import { differingProperties } from "../../provider/lifecycle/properties";
import type { StripeFeature } from "../../provider/stripe/feature";
import type { Metadata } from "../../provider/stripe/metadata";
import { type AccountContent, compare, type ProductWithFeatures } from "../account/read-account";
import type { PlanProducts } from "../products/read-products";
import type { Change, Changed, Drift, Missing, Unmanaged } from "./drift";

/** A catalog, with the products of its plans. */
export interface Declared {
  readonly catalog: Catalog;
  /** The product of every plan of the catalog. */
  readonly products: PlanProducts;
}

/**
 * Returns the differences between a catalog and an account, with the rules of the provider: only
 * active features count, and the marker is no metadata of the user.
 *
 * @param isIgnored whether the user ignores an unmanaged object with this key, id or owner
 */
export function findDrift(declared: Declared, content: AccountContent, isIgnored: (text: string) => boolean): Drift {
  const active = new Map(content.features.map((feature) => [feature.lookupKey, feature]));
  const unmanaged = [
    ...unmanagedFeatures(declared, content.features),
    ...unmanagedAttachments(declared, content.products, active),
  ];
  const kept = unmanaged.filter((each) => !namesOf(each).some(isIgnored));
  return {
    missing: [...missingFeatures(declared, active), ...missingAttachments(declared, content.products, active)],
    changed: changedFeatures(declared, active),
    unmanaged: kept,
    ignored: unmanaged.length - kept.length,
  };
}

type ByKey = ReadonlyMap<string, StripeFeature>;

const sortedKeys = ({ catalog }: Declared) => catalog.featureKeys.toSorted(compare);

function missingFeatures(declared: Declared, active: ByKey): readonly Missing[] {
  return sortedKeys(declared)
    .filter((key) => !active.has(key))
    .map((lookupKey) => ({ type: "feature", lookupKey, name: declared.catalog.features[lookupKey]?.name ?? "" }));
}

function missingAttachments(
  { catalog, products }: Declared,
  existing: readonly ProductWithFeatures[],
  active: ByKey,
): readonly Missing[] {
  const byId = new Map(existing.map((product) => [product.id, product]));
  return catalog.planNames.toSorted(compare).flatMap((plan) => {
    const id = products[plan] ?? "";
    const attached = new Set(byId.get(id)?.attachments.map(({ feature }) => feature.id));
    const missing = catalog
      .featuresOf(plan)
      .filter(({ key }) => !attached.has(active.get(key)?.id ?? ""))
      .toSorted((one, other) => compare(one.key, other.key))
      .map(({ key }): Missing => ({ type: "attachment", lookupKey: key, product: id, plan }));
    return byId.has(id) ? missing : [{ type: "product", product: id, plan } as const, ...missing];
  });
}

function changedFeatures(declared: Declared, active: ByKey): readonly Changed[] {
  return sortedKeys(declared).flatMap((lookupKey) => {
    const [feature, declaration] = [active.get(lookupKey), declared.catalog.features[lookupKey]];
    if (feature === undefined || declaration === undefined) return [];
    const changes = changesOf(feature, declaration);
    return changes.length === 0 ? [] : [{ lookupKey, id: feature.id, changes }];
  });
}

function changesOf(feature: StripeFeature, declaration: FeatureDeclaration): readonly Change[] {
  return differingProperties(featureProperties, feature, declaration).flatMap((property): readonly Change[] => {
    if (property === "name") return [{ property, catalog: declaration.name, account: feature.name }];
    // The owner is no part of a catalog.
    return property === "metadata" ? metadataChanges(feature.metadata, declaration.metadata ?? {}) : [];
  });
}

function metadataChanges(account: Metadata, catalog: Metadata): readonly Change[] {
  const entryOf = (metadata: Metadata, key: string) => (Object.hasOwn(metadata, key) ? (metadata[key] ?? null) : null);
  return [...new Set([...Object.keys(catalog), ...Object.keys(account)])]
    .toSorted(compare)
    .map((key) => ({
      property: "metadata" as const,
      key,
      catalog: entryOf(catalog, key),
      account: entryOf(account, key),
    }))
    .filter((change) => change.catalog !== change.account);
}

function unmanagedFeatures({ catalog }: Declared, features: readonly StripeFeature[]): readonly Unmanaged[] {
  const declared = new Set(catalog.featureKeys);
  return features
    .filter(({ lookupKey }) => !declared.has(lookupKey))
    .map(({ lookupKey, id, name, marker = null }) => ({ type: "feature", lookupKey, id, name, owner: marker }));
}

function unmanagedAttachments(
  { catalog, products }: Declared,
  existing: readonly ProductWithFeatures[],
  active: ByKey,
): readonly Unmanaged[] {
  const activeIds = new Set([...active.values()].map(({ id }) => id));
  const declaredIds = new Set(catalog.featureKeys.flatMap((key) => active.get(key)?.id ?? []));
  const namedIds = (product: string) => {
    const plans = catalog.planNames.filter((plan) => products[plan] === product);
    return new Set(plans.flatMap((plan) => catalog.featuresOf(plan)).map(({ key }) => active.get(key)?.id));
  };
  return existing.flatMap(({ id: product, name, attachments }) => {
    const named = namedIds(product);
    return attachments
      .filter(({ feature }) => !named.has(feature.id))
      .map(({ id, feature: { id: feature, lookupKey, marker = null } }) => ({
        type: "attachment" as const,
        lookupKey,
        id,
        product,
        name,
        isArchived: !activeIds.has(feature),
        owner: declaredIds.has(feature) ? null : marker,
      }));
  });
}

/** Returns the texts that `--ignore` is compared with. */
function namesOf(unmanaged: Unmanaged): readonly string[] {
  const product = unmanaged.type === "attachment" ? [unmanaged.product] : [];
  return [unmanaged.lookupKey, ...product, ...(unmanaged.owner === null ? [] : [unmanaged.owner])];
}
