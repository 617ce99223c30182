import type { Choices } from "../choices";
import { type Endpoint, endpoint, listBody } from "../http/endpoint";
import { pageRequest, pagination, reference } from "../http/parameters";
import { entitlementBody } from "../store/entitlements";

/**
 * `/v1/entitlements/active_entitlements`: the entitlements of a customer, which can only be read
 * (S44).
 */
export function activeEntitlementEndpoints(choices: Choices): Endpoint[] {
  const permission = { area: "entitlements", access: "read" } as const;
  return [
    endpoint({
      method: "GET",
      path: "/v1/entitlements/active_entitlements",
      permission,
      parameters: { customer: reference, ...pagination },
      expandable: ["data.feature"],
      handle: (call, { customer, ...parameters }, expanded) => {
        const { customers } = call.state;
        const owner = customers.get(customer, { param: "customer", status: choices.missingReferenceStatus });
        const page = pageRequest(parameters, (id, by) => customers.getEntitlementOf(owner, id, by));
        const expand = expanded.length > 0;
        return listBody(call, owner.entitlements.list.page(page), (each, livemode) =>
          entitlementBody(each, livemode, expand),
        );
      },
    }),
    endpoint({
      method: "GET",
      path: "/v1/entitlements/active_entitlements/:id",
      permission,
      parameters: {},
      expandable: ["feature"],
      handle: ({ state, pathId }, _parameters, expanded) =>
        entitlementBody(state.customers.getEntitlement(pathId("id")), state.livemode, expanded.length > 0),
    }),
  ];
}
