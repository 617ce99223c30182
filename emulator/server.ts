import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { createApp, type Services } from "./http/app";

/** The address of this machine that no other one can reach. */
export const loopback = "127.0.0.1";
/** Listening on these means every address of the machine, of which loopback is one. */
const anyAddress: ReadonlySet<string> = new Set(["0.0.0.0", "::"]);
/** Longer than clients keep an idle connection: one that the server closes first is a reset nobody asked for. */
const keepAliveMs = 120_000;

/** Rejects when the port is taken, or the host is empty or not one of this machine. */
export async function listen(services: Services, host: string, port: number): Promise<Server> {
  // Node would listen on every address.
  if (host === "") throw new RangeError(`The host to listen on is empty: name one, or leave it out for ${loopback}.`);
  const app = createApp(services);
  // The library would replace the Request and Response of the whole process, which is the user's, too.
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  const server = createServer({ keepAliveTimeout: keepAliveMs }, listener);
  server.listen(port, host);
  await once(server, "listening");
  return server;
}

/** Where a program on this machine finds the server. */
export function urlOf(server: Server, host: string): string {
  const { port } = server.address() as AddressInfo;
  if (anyAddress.has(host)) return `http://${loopback}:${port}`;
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** Whether only this machine reaches the host. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || host.startsWith("127.");
}

/** Ends the server at once: clients that keep connections alive would hold it open. */
export async function close(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, "close");
  server.close();
  server.closeAllConnections();
  await closed;
}
