import type { HttpBindings } from "@hono/node-server";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { type Context, Hono } from "hono";
import type { RequestLog } from "../request-log";
import type { Endpoint } from "./endpoint";
import { type Answer, Exchange } from "./exchange";
import { errorAnswer, type Handler } from "./handler";
import { send } from "./send";

/** What the server is made of. */
export interface Services {
  readonly endpoints: readonly Endpoint[];
  readonly handler: Handler;
  readonly log: RequestLog;
}

type App = Hono<{ Bindings: HttpBindings }>;
type RequestContext = Context<{ Bindings: HttpBindings }>;

/** The HTTP side: every endpoint, and Stripe's answer to any other URL. */
export function createApp(services: Services): App {
  const app: App = new Hono();
  for (const endpoint of services.endpoints) {
    app.on(endpoint.method, endpoint.path, (c) => serve(services, c, endpoint));
  }
  app.notFound((c) => serve(services, c, undefined));
  return app;
}

async function serve({ handler, log }: Services, c: RequestContext, endpoint: Endpoint | undefined): Promise<Response> {
  const exchange = new Exchange(
    c.req.method,
    c.req.path,
    endpoint,
    (name) => c.req.header(name),
    (name) => c.req.param(name) ?? "",
  );
  const answer = await answerTo(handler, c, exchange);
  log.add(exchange.logged(answer.delivery?.kind === "drop" ? undefined : answer.status));
  // Written to the connection itself, because a fault may have to reset it or to stop in the middle.
  send(c.env, { ...answer, headers: { ...handler.commonHeaders(exchange), ...answer.headers } });
  return RESPONSE_ALREADY_SENT;
}

async function answerTo(handler: Handler, c: RequestContext, exchange: Exchange): Promise<Answer> {
  try {
    const body = c.req.method === "GET" ? "" : await c.req.text();
    return await handler.handle(exchange, new URL(c.req.url).search.slice(1), body);
  } catch (error) {
    return errorAnswer(exchange, error);
  }
}
