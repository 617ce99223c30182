import { type Endpoint, endpoint } from "../http/endpoint";

/** `GET /v1/balance`: an empty balance in the mode of the key (S108). */
export const balanceEndpoints: readonly Endpoint[] = [
  endpoint({
    method: "GET",
    path: "/v1/balance",
    permission: { area: "balance", access: "read" },
    parameters: {},
    handle: ({ state: { livemode } }) => ({ object: "balance", available: [], livemode, pending: [] }),
  }),
];
