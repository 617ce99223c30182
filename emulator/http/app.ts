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

/** What the server is made of. */
export interface Services {
  readonly endpoints: readonly Endpoint[];
  readonly handler: Handler;
  readonly log: RequestLog;
  readonly storage: Storage;
  /** The page and what it does, beside the API. */
  readonly control: Hono<{ Bindings: HttpBindings }>;
}

type App = Hono<{ Bindings: HttpBindings }>;
type RequestContext = Context<{ Bindings: HttpBindings }>;

/** The HTTP side: every endpoint, and Stripe's answer to any other URL. */
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
    // An empty header is taken for none [unknown]: that is what an unset variable in a script becomes.
    (name) => c.req.header(name) || undefined,
    (name) => c.req.param(name) ?? "",
  );
  const answer = await answerTo(services, c, exchange);
  const sent = deliver(c, exchange, { ...answer, headers: { ...handler.commonHeaders(exchange), ...answer.headers } });
  log.add(exchange.logged(sent.delivery?.kind === "drop" ? undefined : sent.status));
  return RESPONSE_ALREADY_SENT;
}

/**
 * Written to the connection itself, because a fault may have to reset it or to stop in the middle. What cannot be
 * written, such as a version that is no header's value, is a failure in Stripe's form. Gives what has been sent.
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
    // A read waits, too: it may tell of a change that is not on the disk yet.
    await storage.committed();
    return answer;
  } catch (error) {
    return errorAnswer(exchange, error);
  }
}
