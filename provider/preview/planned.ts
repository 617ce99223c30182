import type { CustomResource } from "@pulumi/pulumi";
import type { KnownAccount } from "../lifecycle/account/known-accounts";
import type { FeatureInputs } from "../lifecycle/feature/properties";
import type { ProductFeatureInputs } from "../lifecycle/product-feature/properties";
import type { Answered } from "./answered";
import { isSecret, isUnknown, knownValue } from "./outputs";

/** A Feature that `up` will create. */
export interface PlannedFeature {
  readonly resource: CustomResource;
  /** The checked inputs. A property that is not known yet is absent. */
  readonly inputs: Partial<FeatureInputs> & Pick<FeatureInputs, "lookupKey">;
  /** The names of the properties that are not known yet. */
  readonly unknown: ReadonlySet<string>;
  /** The names of the properties that hold a secret. */
  readonly secrets: ReadonlySet<string>;
}

/** A ProductFeature that `up` will create. */
export interface PlannedAttachment {
  readonly resource: CustomResource;
  /** The checked inputs. The feature is absent while its id is not known. */
  readonly inputs: Partial<ProductFeatureInputs> & Pick<ProductFeatureInputs, "product">;
  /** The Feature of this program whose id was declared, if it was. */
  readonly feature: Answered | undefined;
}

/** Returns the planned Feature with the inputs that the engine has checked. */
export async function plannedFeature({ resource }: Answered): Promise<PlannedFeature> {
  const names = ["lookupKey", "name", "metadata", "owner", "adopt"];
  const [inputs, unknown, secrets] = await Promise.all([
    knownValues(resource, names),
    namesWhere(resource, names, isUnknown),
    namesWhere(resource, names, isSecret),
  ]);
  return { resource, inputs: inputs as unknown as PlannedFeature["inputs"], unknown, secrets };
}

/** Returns the planned ProductFeature with the inputs that the engine has checked. */
export async function plannedAttachment(
  { resource, entitlementFeature }: Answered,
  all: readonly Answered[],
): Promise<PlannedAttachment> {
  const inputs = await knownValues(resource, ["product", "entitlementFeature", "owner", "adopt"]);
  const feature = all.find((each) => each.type === "Feature" && each.resource.id === entitlementFeature);
  return { resource, inputs: inputs as unknown as PlannedAttachment["inputs"], feature };
}

/** Returns where an existing resource is, as its state says. */
export async function knownAccountOf({ type, owner, resource }: Answered): Promise<KnownAccount> {
  const names = ["id", "account", "livemode", "entitlementFeature"];
  const { id, account, livemode, entitlementFeature } = await knownValues(resource, names);
  const feature = type === "Feature" ? id : entitlementFeature;
  return { owner, account, livemode, feature } as KnownAccount;
}

/** Returns the lookup keys that are secrets. */
export async function secretLookupKeys(answered: readonly Answered[]): Promise<readonly string[]> {
  const keys = answered.map(async ({ resource }) => {
    const key = propertyOf(resource, "lookupKey");
    return (await isSecret(key)) ? knownValue(key) : undefined;
  });
  return (await Promise.all(keys)).filter((key) => typeof key === "string");
}

async function knownValues(
  resource: CustomResource,
  names: readonly string[],
): Promise<Readonly<Record<string, unknown>>> {
  const entries = await Promise.all(names.map(async (name) => [name, await knownValue(propertyOf(resource, name))]));
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

async function namesWhere(
  resource: CustomResource,
  names: readonly string[],
  matches: (property: unknown) => Promise<boolean>,
): Promise<ReadonlySet<string>> {
  const found = await Promise.all(names.map((name) => matches(propertyOf(resource, name))));
  return new Set(names.filter((_, index) => found[index]));
}

function propertyOf(resource: CustomResource, name: string): unknown {
  return (resource as unknown as Readonly<Record<string, unknown>>)[name];
}
