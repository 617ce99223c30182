import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { createApp, type Services } from "./http/app";

const LOOPBACK = "127.0.0.1";
/** Longer than clients keep an idle connection: one that the server closes first is a reset nobody asked for. */
const KEEP_ALIVE_MS = 120_000;

/** Listens on loopback. Rejects when the port is taken. */
export async function listen(services: Services, port: number): Promise<Server> {
  const app = createApp(services);
  // The library would replace the Request and Response of the whole process, which is the user's, too.
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, listener);
  server.listen(port, LOOPBACK);
  await once(server, "listening");
  return server;
}

export function urlOf(server: Server): string {
  const { port } = server.address() as AddressInfo;
  return `http://${LOOPBACK}:${port}`;
}

/** Ends the server at once: clients that keep connections alive would hold it open. */
export async function close(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, "close");
  server.close();
  server.closeAllConnections();
  await closed;
}
