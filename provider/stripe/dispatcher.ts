import { Agent, type Dispatcher, EnvHttpProxyAgent } from "undici";
import { isLoopback } from "./loopback";

const maxConnections = 32;

/**
 * Returns a pool of at most 32 connections, which are kept alive. It uses the proxy of HTTPS_PROXY,
 * HTTP_PROXY and NO_PROXY, except for a loopback address.
 */
export function createDispatcher(apiBase: URL): Dispatcher {
  const pool = { connections: maxConnections };
  return isLoopback(apiBase) ? new Agent(pool) : new EnvHttpProxyAgent(pool);
}
