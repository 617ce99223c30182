import { isIP } from "node:net";
import type { HttpBindings } from "@hono/node-server";
import type { Context, MiddlewareHandler } from "hono";
import type { KeyRing } from "../keys";

export type ControlContext = Context<{ Bindings: HttpBindings }>;

/** Decides who can use the page and the controls. */
export interface Access {
  readonly keys: KeyRing;
  /** The page's token. Every process generates a new one. */
  readonly token: string;
  /** The host that the server listens on. */
  readonly host: string;
}

/**
 * Rejects requests whose Host is not an IP address, `localhost` or the configured host. Otherwise a
 * web page could point its own domain here and be treated as same-origin (DNS rebinding).
 */
export function requireOwnHost({ host }: Access): MiddlewareHandler {
  return async (c, next) => {
    const name = hostName(c.req.header("host") ?? "");
    if (name === "localhost" || name === host || isIP(name) !== 0) return next();
    return c.json(failure(`The emulator does not answer to the host name "${name}". Use its address.`), 403);
  };
}

/**
 * Rejects requests of other web pages, and requests without the page's token or a secret key of
 * this emulator.
 */
export function requireControlAccess({ keys, token }: Access): MiddlewareHandler {
  return async (c, next) => {
    if (isCrossOrigin(c)) return c.json(failure("Other web pages cannot use the controls of the emulator."), 403);
    const presented = bearer(c.req.header("authorization")) ?? c.req.query("token") ?? "";
    const key = keys.find(presented);
    if (presented === token || (key?.kind === "secret" && !key.expired)) return next();
    const message = "Send a secret key of this emulator as a bearer token, as in a request to Stripe.";
    return c.json(failure(message), 401);
  };
}

/**
 * Whether a request may get the page, which contains the token: it comes from this machine or has
 * the token.
 */
export function mayOpenPage(peer: string, presented: string | undefined, { token }: Pick<Access, "token">): boolean {
  return /^(::ffff:)?127\./.test(peer) || peer === "::1" || presented === token;
}

export const failure = (message: string) => ({ error: { message } });

/**
 * Browsers send Origin with every request that can change something. Newer ones send Sec-Fetch-Site
 * with all.
 */
function isCrossOrigin(c: Context): boolean {
  const origin = c.req.header("origin");
  const relation = c.req.header("sec-fetch-site") ?? "none";
  return (
    (origin !== undefined && origin !== `http://${c.req.header("host")}`) || !/^(same-origin|none)$/.test(relation)
  );
}

function hostName(host: string): string {
  return host.replace(/:\d+$/, "").replace(/^\[(.*)\]$/, "$1");
}

function bearer(authorization: string | undefined): string | undefined {
  return /^bearer (.+)$/i.exec(authorization ?? "")?.[1];
}
