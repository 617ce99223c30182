import type { z } from "zod";
import type { Choices } from "../choices";
import { type Endpoint, endpoint, listBody } from "../http/endpoint";
import {
  boolean,
  metadataPatch,
  newMetadata,
  pageRequest,
  pagination,
  reference,
  text,
  unsettableText,
} from "../http/parameters";
import {
  type FeatureParameters,
  type FeatureProperty,
  type FeatureValues,
  featurePropertyList,
} from "../store/feature-properties";
import { featureBody } from "../store/features";

/**
 * `/v1/entitlements/features`. A feature can be archived but not deleted (S8), so there is no
 * DELETE.
 */
export function featureEndpoints({ lengthUnit }: Choices): Endpoint[] {
  const read = { area: "entitlements", access: "read" } as const;
  const write = { area: "entitlements", access: "write" } as const;
  return [
    endpoint({
      method: "POST",
      path: "/v1/entitlements/features",
      permission: write,
      parameters: createParameters(lengthUnit),
      handle: ({ state }, parameters) => featureBody(state.features.create(parameters), state.livemode),
    }),
    endpoint({
      method: "GET",
      path: "/v1/entitlements/features",
      permission: read,
      parameters: { archived: boolean.optional(), lookup_key: reference.optional(), ...pagination },
      handle: (call, parameters) => {
        const { features } = call.state;
        const page = pageRequest(parameters, (id, by) => features.get(id, by));
        return listBody(call, features.list(parameters, page), featureBody);
      },
    }),
    endpoint({
      method: "GET",
      path: "/v1/entitlements/features/:id",
      permission: read,
      parameters: {},
      handle: ({ state, pathId }) => featureBody(state.features.get(pathId("id")), state.livemode),
    }),
    endpoint({
      method: "POST",
      path: "/v1/entitlements/features/:id",
      permission: write,
      parameters: { active: boolean.optional(), ...updateParameters(lengthUnit) },
      handle: ({ state, pathId }, parameters) =>
        featureBody(state.features.update(pathId("id"), parameters), state.livemode),
    }),
  ];
}

/**
 * Schemas of the values that a request can set. One that is missing at run time accepts no value.
 */
type Schemas = { readonly [Name in keyof FeatureValues]: z.ZodType<FeatureParameters[Name]> };

function createParameters(unit: Choices["lengthUnit"]): Schemas {
  const schemas = featurePropertyList.map(([name, property]) => {
    if (property.type === "metadata") return [name, newMetadata.optional()];
    const schema = textSchema(property, unit);
    return [name, property.isRequired ? schema : schema.optional()];
  });
  return Object.fromEntries(schemas);
}

function updateParameters(unit: Choices["lengthUnit"]): Schemas {
  const updatable = featurePropertyList.filter(([, { isUpdatable }]) => isUpdatable);
  const schemas = updatable.map(([name, property]) => {
    const schema = property.type === "metadata" ? metadataPatch : textSchema(property, unit);
    return [name, schema.optional()];
  });
  return Object.fromEntries(schemas);
}

function textSchema(property: Extract<FeatureProperty, { type: "text" }>, unit: Choices["lengthUnit"]) {
  return (property.isRequired ? text : unsettableText)(property.maxLength, unit);
}
