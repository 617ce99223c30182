import type { Choices } from "../choices";
import { type Endpoint, endpoint, listBody } from "../http/endpoint";
import { boolean, metadataPatch, newMetadata, pageRequest, pagination, reference, text } from "../http/parameters";
import { featureBody } from "../store/features";

const maxLength = 80;

/** `/v1/entitlements/features`. There is no DELETE: a feature can only be archived [spec]. */
export function featureEndpoints(choices: Choices): Endpoint[] {
  const shortText = text(maxLength, choices.lengthUnit);
  const read = { area: "entitlements", access: "read" } as const;
  const write = { area: "entitlements", access: "write" } as const;
  return [
    endpoint({
      method: "POST",
      path: "/v1/entitlements/features",
      permission: write,
      parameters: { lookup_key: shortText, name: shortText, metadata: newMetadata.optional() },
      act: ({ state }, parameters) => featureBody(state.features.create(parameters), state.livemode),
    }),
    endpoint({
      method: "GET",
      path: "/v1/entitlements/features",
      permission: read,
      parameters: { archived: boolean.optional(), lookup_key: reference.optional(), ...pagination },
      act: (call, parameters) => {
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
      act: ({ state, pathId }) => featureBody(state.features.get(pathId("id")), state.livemode),
    }),
    endpoint({
      method: "POST",
      path: "/v1/entitlements/features/:id",
      permission: write,
      parameters: { active: boolean.optional(), name: shortText.optional(), metadata: metadataPatch.optional() },
      act: ({ state, pathId }, parameters) =>
        featureBody(state.features.update(pathId("id"), parameters), state.livemode),
    }),
  ];
}
