import { isLoopback } from "../server";

/**
 * Whether a webhook can have the URL: events hold customers' data, and are sent without encryption,
 * so they stay on this machine.
 */
export function isWebhookUrl(url: string): boolean {
  const { hostname, protocol } = URL.parse(url) ?? {};
  return protocol === "http:" && hostname !== undefined && isLoopback(hostname.replace(/^\[|\]$/g, ""));
}
