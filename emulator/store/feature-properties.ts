import type { Choices } from "../choices";
import { storedText } from "../text-normalization";
import { applyMetadata, type Metadata, type MetadataPatch, mapValues } from "./metadata";

/**
 * `entitlements.feature` as Stripe answers it.
 *
 * @see https://docs.stripe.com/api/entitlements/feature
 */
export interface Feature {
  /** `feat_…` */
  readonly id: string;
  readonly object: "entitlements.feature";
  /** False once the feature is archived. */
  readonly active: boolean;
  readonly livemode: boolean;
  readonly lookup_key: string;
  readonly name: string;
  readonly metadata: Metadata;
}

/** The properties of a feature that a seed or the Dashboard sets. */
export interface FeatureInput {
  /** Unique among the active features. Cannot be changed. */
  readonly lookupKey: string;
  readonly name: string;
  /** Empty by default. */
  readonly metadata?: Metadata;
}

/** Changes of a feature in the Dashboard. Properties that are left out stay. */
export interface FeatureChanges extends Partial<Omit<FeatureInput, "lookupKey">> {}

/** The values of a feature besides its id and status, by the names of the API. */
export type FeatureValues = Omit<Feature, "id" | "object" | "active" | "livemode">;

/** Values in a request, by the names of the API. A create has every required one. */
export type FeatureParameters = {
  readonly [Name in keyof FeatureValues]?: (FeatureValues[Name] extends Metadata ? MetadataPatch : string) | undefined;
};

/** The behavior of a property in requests, in seeds and in the Dashboard. */
export type FeatureProperty = {
  /** Name in seeds and in the Dashboard. */
  readonly inputName: keyof FeatureInput;
  readonly isUpdatable: boolean;
} & (
  | {
      readonly type: "text";
      /** In the unit of the choice `lengthUnit`. */
      readonly maxLength: number;
      /** An optional text is null until it is set, and an empty value unsets it. */
      readonly isRequired: boolean;
    }
  | { readonly type: "metadata"; readonly isRequired: false }
);

/**
 * All properties of a feature that a request can set. Types, limits and checks derive from this
 * table. See S1, S4, S9.
 */
export const featureProperties = {
  lookup_key: { inputName: "lookupKey", type: "text", maxLength: 80, isRequired: true, isUpdatable: false },
  name: { inputName: "name", type: "text", maxLength: 80, isRequired: true, isUpdatable: true },
  metadata: { inputName: "metadata", type: "metadata", isRequired: false, isUpdatable: true },
} as const satisfies { readonly [Name in keyof FeatureValues]: FeatureProperty };

/** The table as a list. */
export const featurePropertyList = Object.entries(featureProperties) as readonly (readonly [
  keyof FeatureValues,
  FeatureProperty,
])[];

/** Returns the values of a feature after a create (`current` is absent) or an update. */
export function applyParameters(
  current: FeatureValues | undefined,
  parameters: FeatureParameters,
  { lengthUnit, textNormalization }: Pick<Choices, "lengthUnit" | "textNormalization">,
): FeatureValues {
  const stored = (text: string) => storedText(text, textNormalization);
  return valuesBy((name, { type, isRequired }) => {
    const before = current?.[name];
    const given = parameters[name];
    if (type === "metadata") {
      const patch = mapValues((given ?? {}) as MetadataPatch, stored);
      return applyMetadata((before ?? {}) as Metadata, patch, lengthUnit);
    }
    if (given === undefined) return before ?? null;
    return given === "" && !isRequired ? null : stored(String(given));
  });
}

/**
 * Returns a copy of the values of a record. A record of an older data file can lack an optional
 * text.
 */
export function copyValues(record: FeatureValues): FeatureValues {
  return valuesBy((name, { type }) => (type === "metadata" ? { ...record.metadata } : (record[name] ?? null)));
}

/** Whether an update changes any property. */
export function changesProperties(parameters: FeatureParameters): boolean {
  return featurePropertyList.some(([name]) => parameters[name] !== undefined);
}

/** Returns the input of a seed or of the Dashboard by the names of the API. */
export function parametersOf(input: Partial<FeatureInput>): FeatureParameters {
  return valuesBy((_, { inputName }) => input[inputName]);
}

/**
 * Builds an object with an entry for each property. The caller vouches for the type of the entries.
 */
function valuesBy<Values>(find: (name: keyof FeatureValues, property: FeatureProperty) => unknown): Values {
  const values: { [name: string]: unknown } = {};
  for (const [name, property] of featurePropertyList) values[name] = find(name, property);
  return values as Values;
}
