import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { type AddressInfo, isIPv4 } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { createApp, type Services } from "./http/app";

/** The address of this machine that no other machine can reach. */
export const loopback = "127.0.0.1";
/** Hosts that stand for every address of the machine, loopback included. */
const anyAddress: ReadonlySet<string> = new Set(["0.0.0.0", "::"]);
/**
 * Milliseconds. Longer than clients keep an idle connection: closing it first would reset a request
 * that is on its way.
 */
const keepAliveMs = 120_000;

/**
 * Starts listening.
 *
 * @throws if the port is in use, or the host is empty or not an address of this machine.
 */
export async function listen(services: Services, host: string, port: number): Promise<Server> {
  // With an empty host Node would listen on every address.
  if (host === "")
    throw new RangeError(`The host to listen on is empty. Give an address, or leave it out for ${loopback}.`);
  const app = createApp(services);
  // The library would otherwise replace the global Request and Response, which the user's program
  // shares.
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  const server = createServer({ keepAliveTimeout: keepAliveMs }, listener);
  server.listen(port, host);
  await once(server, "listening");
  return server;
}

/** Returns the URL of the server for programs on this machine. */
export function urlOf(server: Server, host: string): string {
  const { port } = server.address() as AddressInfo;
  if (anyAddress.has(host)) return `http://${loopback}:${port}`;
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** Whether only this machine can reach the host. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || (isIPv4(host) && host.startsWith("127."));
}

/**
 * Stops the server and closes all connections. Idle keep-alive connections would otherwise keep it
 * open.
 */
export async function close(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, "close");
  server.close();
  server.closeAllConnections();
  await closed;
}
