import type { Emulator } from "../../emulator";
import { isLoopback, loopback } from "../../emulator/server";
import type { EmulatorCommandOptions } from "./options";

/**
 * Returns the text printed once the emulator listens: the variables to export, and who can reach
 * the server.
 */
export function banner(
  emulator: Pick<Emulator, "apiKey" | "page" | "url" | "webhooks">,
  { data, host = loopback }: Pick<EmulatorCommandOptions, "data" | "host">,
): string {
  const reach = isLoopback(host)
    ? "Only this machine can reach it."
    : `It listens on ${host} without encryption. Anyone who can reach this machine and has the key or the page's address can use it.`;
  const state =
    data === undefined
      ? "The state is in memory and is lost when the emulator stops."
      : `The state is kept in ${data} and survives a restart.`;
  const [webhook] = emulator.webhooks;
  const secret = webhook === undefined ? "" : `\n  export STRIPE_WEBHOOK_SECRET='${webhook.secret}'`;
  const events = webhook === undefined ? "" : `Events are sent to ${webhook.url}.\n`;
  return `Stripe Entitlements emulator at ${emulator.url}

  export STRIPE_API_BASE='${emulator.url}'
  export STRIPE_API_KEY='${emulator.apiKey}'${secret}

Page: ${emulator.page}
${events}${state}
${reach}
Press Ctrl-C to stop it.
`;
}
