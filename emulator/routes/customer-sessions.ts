import { z } from "zod";
import type { Choices } from "../choices";
import { StripeError } from "../errors";
import { type Endpoint, endpoint } from "../http/endpoint";
import { boolean, reference } from "../http/parameters";
import { randomId } from "../ids";

/** Seconds after which Stripe's client secret expires. */
const lifetime = 1_800;
/** The components of a customer session. The emulator can enable the first one only. */
const componentNames = [
  "active_entitlements",
  "buy_button",
  "customer_portal",
  "customer_sheet",
  "mobile_payment_element",
  "payment_element",
  "pricing_table",
] as const;

const [supported, ...others] = componentNames;

/**
 * `POST /v1/customer_sessions`: a client secret with which a browser reads a customer's
 * entitlements. The emulator does not answer requests with that secret.
 *
 * @see https://docs.stripe.com/api/customer_sessions
 */
export function customerSessionEndpoints(choices: Choices): Endpoint[] {
  const component = z.strictObject({ enabled: boolean });
  const components = z.strictObject({
    [supported]: component.optional(),
    ...Object.fromEntries(others.map((name) => [name, z.unknown().optional()])),
  });
  return [
    endpoint({
      method: "POST",
      path: "/v1/customer_sessions",
      permission: { area: "customerSessions", access: "write" },
      parameters: { customer: reference, components },
      unsupported: ["customer_account"],
      handle: ({ state }, parameters) => {
        const customer = state.customers.get(parameters.customer, {
          param: "customer",
          status: choices.missingReferenceStatus,
        });
        assertComponents(parameters.components);
        const created = Math.floor(Date.now() / 1000);
        return {
          object: "customer_session",
          client_secret: randomId("cuss_secret_", 60),
          components: Object.fromEntries(componentNames.map((name) => [name, { enabled: name === supported }])),
          created,
          customer: customer.id,
          customer_account: null,
          expires_at: created + lifetime,
          livemode: state.livemode,
        };
      },
    }),
  ];
}

/** Throws unless the supported component is enabled, and no other one is given. */
function assertComponents(given: Readonly<Record<string, unknown>>): void {
  const other = others.find((name) => given[name] !== undefined);
  const param = `components[${other ?? supported}]`;
  if (other !== undefined) {
    throw new StripeError(400, { message: `The emulator does not support '${param}', which Stripe does.`, param });
  }
  const { enabled } = (given[supported] ?? {}) as { readonly enabled?: boolean };
  if (enabled === true) return;
  throw new StripeError(400, { message: "At least one component must be enabled.", param: "components" });
}
