import { type Endpoint, endpoint } from "../http/endpoint";

/**
 * `GET /v1/account`: the account of the key, or the connected account that a header chooses (S102).
 */
export const accountEndpoints: readonly Endpoint[] = [
  endpoint({
    method: "GET",
    path: "/v1/account",
    permission: { area: "account", access: "read" },
    parameters: {},
    handle: ({ state: { account } }) => ({
      id: account.id,
      object: "account",
      charges_enabled: true,
      country: "US",
      created: account.record.created,
      default_currency: "usd",
      details_submitted: true,
      email: null,
      metadata: {},
      payouts_enabled: true,
      settings: { dashboard: { display_name: account.record.displayName, timezone: "Etc/UTC" } },
      type: "standard",
    }),
  }),
];
