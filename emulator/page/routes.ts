import { readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import type { HttpBindings } from "@hono/node-server";
import { Hono } from "hono";
import { type Access, mayOpenPage } from "../control/access";

const assetsFolder = join(__dirname, "assets");

/** Content types of the files that the page loads, by extension. */
const contentTypes: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
};

const pageHeaders = {
  "cache-control": "no-store",
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

/**
 * Serves the page at `/` and its files. They hold no state: the page reads it from the controls
 * with its token.
 */
export function pageRoutes(access: Access): Hono<{ Bindings: HttpBindings }> {
  const app = new Hono<{ Bindings: HttpBindings }>();
  app.get("/", (c) => {
    const peer = c.env.incoming.socket.remoteAddress ?? "";
    if (!mayOpenPage(peer, c.req.query("token"), access)) {
      return c.text("Open the page with the address that the emulator printed. It has the token.\n", 403, pageHeaders);
    }
    return c.html(asset("index.html").replace("{{token}}", access.token), 200, pageHeaders);
  });
  for (const name of readdirSync(assetsFolder)) {
    const type = contentTypes[extname(name)];
    if (type === undefined) continue;
    app.get(`/_emulator/page/${name}`, (c) => c.body(asset(name), 200, { ...pageHeaders, "content-type": type }));
  }
  return app;
}

const asset = (name: string) => readFileSync(join(assetsFolder, name), "utf8");
