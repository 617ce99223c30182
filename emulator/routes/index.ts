import type { Choices } from "../choices";
import type { Endpoint } from "../http/endpoint";
import { accountEndpoints } from "./account";
import { activeEntitlementEndpoints } from "./active-entitlements";
import { balanceEndpoints } from "./balance";
import { customerSessionEndpoints } from "./customer-sessions";
import { eventEndpoints } from "./events";
import { featureEndpoints } from "./features";
import { productFeatureEndpoints } from "./product-features";
import { productEndpoints } from "./products";

/** Returns every operation of the emulator. */
export function endpoints(choices: Choices): Endpoint[] {
  return [
    ...featureEndpoints(choices),
    ...productFeatureEndpoints(choices),
    ...productEndpoints(choices),
    ...activeEntitlementEndpoints(choices),
    ...customerSessionEndpoints(choices),
    ...eventEndpoints,
    ...accountEndpoints,
    ...balanceEndpoints,
  ];
}
