import { z } from "zod";
import {
  type FeatureChanges,
  type FeatureInput,
  type FeatureProperty,
  featurePropertyList,
} from "../store/feature-properties";
import { id, metadata, shortText } from "./texts";

type Schemas<Input> = { readonly [Name in keyof Input]-?: z.ZodType<Input[Name]> };

const newFeatureSchemas = Object.fromEntries(
  featurePropertyList.map(([, property]) => [property.inputName, inputSchema(property, property.isRequired)]),
) as Schemas<FeatureInput>;

const changeSchemas = Object.fromEntries(
  featurePropertyList
    .filter(([, { isUpdatable }]) => isUpdatable)
    .map(([, property]) => [property.inputName, inputSchema(property, false)]),
) as Schemas<FeatureChanges>;

/** A new feature as JSON. */
export const newFeatureSchema = z.strictObject(newFeatureSchemas) as z.ZodType<FeatureInput>;

/** A new feature in a seed, as JSON. */
export const seedFeatureSchema = z.strictObject({
  ...newFeatureSchemas,
  archived: z.boolean().exactOptional(),
}) as z.ZodType<FeatureInput & { readonly archived?: boolean }>;

/** The id of a feature and its changes, as JSON. */
export const featureChangesSchema = z.strictObject({ feature: id, ...changeSchemas }) as z.ZodType<
  FeatureChanges & { readonly feature: string }
>;

function inputSchema(property: FeatureProperty, isRequired: boolean): z.ZodType {
  const schema = property.type === "metadata" ? metadata : shortText(property.maxLength);
  return isRequired ? schema : z.exactOptional(schema);
}
