import { isIP } from "node:net";
import type { HttpBindings } from "@hono/node-server";
import type { Context, MiddlewareHandler } from "hono";
import type { KeyRing } from "../keys";

export type ControlContext = Context<{ Bindings: HttpBindings }>;

/** Who may use the page and the controls. */
export interface Access {
  readonly keys: KeyRing;
  /** Known to the page, and made anew by every process. */
  readonly token: string;
  /** The host name that the server was told to listen on. */
  readonly host: string;
}

/**
 * Refuses a request that came under a name of somebody's choice. A web page could have its own name lead here, and its
 * browser would then take the emulator for a part of that page; a bare address cannot be led elsewhere.
 */
export function requireOwnHost({ host }: Access): MiddlewareHandler {
  return async (c, next) => {
    const name = hostName(c.req.header("host") ?? "");
    if (name === "localhost" || name === host || isIP(name) !== 0) return next();
    return c.json(failure(`The emulator does not answer under the name "${name}": use its address.`), 403);
  };
}

/** Refuses other web pages, and whoever has neither the page's token nor a secret key of this emulator. */
export function requireControlAccess({ keys, token }: Access): MiddlewareHandler {
  return async (c, next) => {
    if (isCrossOrigin(c)) return c.json(failure("The controls of the emulator are closed to other web pages."), 403);
    const presented = bearer(c.req.header("authorization")) ?? c.req.query("token") ?? "";
    const key = keys.find(presented);
    if (presented === token || (key?.kind === "secret" && !key.expired)) return next();
    const message = "Send a secret key of this emulator as bearer token, as with a request to Stripe.";
    return c.json(failure(message), 401);
  };
}

/** Whether a request comes from this machine, or knows the token: the page gives its reader the controls. */
export function mayOpenPage(peer: string, presented: string | undefined, { token }: Pick<Access, "token">): boolean {
  return /^(::ffff:)?127\./.test(peer) || peer === "::1" || presented === token;
}

export const failure = (message: string) => ({ error: { message } });

/** A browser names the origin with every request that can change something, and newer ones the relation with each. */
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
