import type { Emulator } from "../emulator";
import { isLoopback, loopback } from "../emulator/server";
import type { EmulatorArguments } from "./emulator-arguments";

/** What is printed once the emulator listens: what to export, and who reaches it. */
export function introduction(
  emulator: Pick<Emulator, "apiKey" | "page" | "url">,
  { data, host = loopback }: Pick<EmulatorArguments, "data" | "host">,
): string {
  const reach = isLoopback(host)
    ? "Only this machine reaches it."
    : `It listens on ${host}, without encryption: whoever reaches this machine and has the key or the page's address can use it.`;
  const state =
    data === undefined ? "The state is in memory and ends with it." : `The state is kept in ${data} over a restart.`;
  return `Stripe Entitlements emulator at ${emulator.url}

  export STRIPE_API_BASE='${emulator.url}'
  export STRIPE_API_KEY='${emulator.apiKey}'

Page: ${emulator.page}
${state}
${reach}
Ctrl-C ends it.
`;
}
