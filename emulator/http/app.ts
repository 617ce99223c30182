import type { HttpBindings } from "@hono/node-server";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { type Context, Hono } from "hono";
import type { RequestLog } from "../request-log";
import type { Storage } from "../storage/storage";
import { readBody } from "./body";
import type { Endpoint } from "./endpoint";
import { type Answer, Exchange } from "./exchange";
import { errorAnswer, type Handler } from "./handler";
import { send } from "./send";

/** The parts that the HTTP server uses. */
export interface Services {
  readonly endpoints: readonly Endpoint[];
  readonly handler: Handler;
  readonly log: RequestLog;
  readonly storage: Storage;
  /** The page and the controls. */
  readonly control: Hono<{ Bindings: HttpBindings }>;
}

type App = Hono<{ Bindings: HttpBindings }>;
type RequestContext = Context<{ Bindings: HttpBindings }>;

/** Creates the HTTP application: every endpoint, and Stripe's answer to any other URL. */
export function createApp(services: Services): App {
  const app: App = new Hono();
  app.route("/", services.control);
  for (const endpoint of services.endpoints) {
    app.on(endpoint.method, endpoint.path, (c) => serve(services, c, endpoint));
  }
  app.notFound((c) => serve(services, c, undefined));
  return app;
}

async function serve(services: Services, c: RequestContext, endpoint: Endpoint | undefined): Promise<Response> {
  const { handler, log } = services;
  const exchange = new Exchange(
    c.req.method,
    c.req.path,
    endpoint,
    // An empty header counts as absent (S104): an unset variable in a script becomes one.
    (name) => c.req.header(name) || undefined,
    (name) => c.req.param(name) ?? "",
  );
  const answer = await answerTo(services, c, exchange);
  const sent = deliver(c, exchange, { ...answer, headers: { ...handler.commonHeaders(exchange), ...answer.headers } });
  log.add(exchange.logged(sent.delivery?.kind === "drop" ? undefined : sent.status));
  return RESPONSE_ALREADY_SENT;
}

/**
 * Writes the answer to the connection itself, because a fault can reset it or stop in the middle.
 * If the answer cannot be written, such as with an invalid header value, an error in Stripe's form
 * is sent instead. Returns the answer sent.
 */
function deliver(c: RequestContext, exchange: Exchange, answer: Answer): Answer {
  try {
    send(c.env, answer);
    return answer;
  } catch (error) {
    const headers = { "content-type": "application/json", "request-id": exchange.requestId };
    const failed = { ...errorAnswer(exchange, error), headers };
    send(c.env, failed);
    return failed;
  }
}

async function answerTo({ handler, storage }: Services, c: RequestContext, exchange: Exchange): Promise<Answer> {
  try {
    const body = async () => (c.req.method === "GET" ? "" : readBody(c.env.incoming));
    const answer = await handler.handle(exchange, new URL(c.req.url).search.slice(1), body);
    // Reads wait, too: they can show a change that is not on the disk yet.
    await storage.committed();
    return answer;
  } catch (error) {
    return errorAnswer(exchange, error);
  }
}
