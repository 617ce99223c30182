import { assertUsableProxies } from "../../../provider/config/proxy";
import { isEntitlementsError } from "../../../provider/lifecycle/errors";
import { defaultApiBase } from "../../../provider/stripe/client";
import { isLoopback } from "../../../provider/stripe/loopback";
import { type Check, type Finding, failure, ok, warning } from "../check";
import type { Facts } from "../facts";

// undici reads them, in lower case first.
const proxyVariables = ["HTTPS_PROXY", "HTTP_PROXY"] as const;

/** Whether the API can be reached, through proxies where they are set. */
export const network: Check = {
  name: "network",
  run: async (facts) => {
    const invalid = invalidProxies();
    if (invalid.length > 0) return invalid;
    const { connection, io } = facts;
    if (connection === undefined) {
      return [warning("Whether the API can be reached was not tried", "Correct the key and the settings first.")];
    }
    const base = connection.settings.apiBase ?? defaultApiBase;
    const proxies = isLoopback(new URL(base)) ? [] : proxyTexts(io.env);
    const through = proxies.length === 0 ? "" : ` through ${proxies.join(", ")}`;
    const { error } = await facts.account(connection.stripe);
    const isReached = error?.kind !== "connection" && error?.kind !== "unexpectedAnswer";
    const hint = "Check the network, the variables HTTPS_PROXY, HTTP_PROXY and NO_PROXY, and STRIPE_API_BASE.";
    if (!isReached) return [failure(`${base} cannot be reached${through}: ${error.message}`, hint)];
    return [ok(`${base} answers${through}`), ...otherServer(base)];
  },
};

function invalidProxies(): readonly Finding[] {
  try {
    assertUsableProxies();
    return [];
  } catch (error) {
    if (!isEntitlementsError(error)) throw error;
    return [failure(error.message.replace(/^Configuration: /, "Proxy: "), error.hint ?? "Correct the variable.")];
  }
}

/** Names the proxies without their users and passwords. */
function proxyTexts(env: Facts["io"]["env"]): readonly string[] {
  const variable = (name: string) => env[name.toLowerCase()] || env[name];
  const proxies = proxyVariables.flatMap((name) => {
    const host = URL.parse(variable(name) ?? "")?.host;
    return host === undefined ? [] : [`${name} ${host}`];
  });
  const exceptions = variable("NO_PROXY");
  return proxies.length === 0 || !exceptions ? proxies : [...proxies, `but not for NO_PROXY ${exceptions}`];
}

function otherServer(base: string): readonly Finding[] {
  if (base === defaultApiBase) return [];
  const hint = "Unset STRIPE_API_BASE, or remove stripe-entitlements:apiBase, to use Stripe.";
  return [warning(`The API is ${base}, which is not Stripe`, hint)];
}
