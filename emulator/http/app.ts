import type { HttpBindings } from "@hono/node-server";
import { type Context, Hono } from "hono";
import type { Accounts } from "../accounts";
import { errorBody, StripeError } from "../errors";
import type { RequestLog } from "../request-log";
import { endpoints } from "../routes";
import { authenticate, chooseAccount, requirePermission } from "./authorization";
import type { Endpoint } from "./endpoint";
import { type Answer, Exchange } from "./exchange";
import { decodeForm, type Parameters } from "./parameters";

const MAX_BODY_LENGTH = 1024 * 1024;
const API_VERSION = /^\d{4}-\d{2}-\d{2}(\.\w+)?(;.*)?$/;

/** What the handling of a request needs. */
export interface Services {
  readonly accounts: Accounts;
  readonly log: RequestLog;
}

type App = Hono<{ Bindings: HttpBindings }>;
type RequestContext = Context<{ Bindings: HttpBindings }>;

/** The HTTP side: every endpoint, and Stripe's answer to any other URL. */
export function createApp(services: Services): App {
  const app: App = new Hono();
  for (const endpoint of endpoints(services.accounts.choices)) {
    app.on(endpoint.method, endpoint.path, (c) => serve(services, c, endpoint));
  }
  app.notFound((c) => serve(services, c, undefined));
  return app;
}

async function serve(services: Services, c: RequestContext, endpoint: Endpoint | undefined): Promise<Response> {
  const exchange = new Exchange(
    c.req.method,
    c.req.path,
    endpoint,
    (name) => c.req.header(name),
    (name) => c.req.param(name) ?? "",
  );
  const answer = await answerTo(services, c, exchange);
  services.log.add(exchange.logged(answer.status));
  return new Response(answer.body, {
    status: answer.status,
    headers: { ...commonHeaders(services, exchange), ...answer.headers },
  });
}

async function answerTo(services: Services, c: RequestContext, exchange: Exchange): Promise<Answer> {
  try {
    return await handle(services, c, exchange);
  } catch (error) {
    return errorAnswer(exchange, error);
  }
}

async function handle({ accounts }: Services, c: RequestContext, exchange: Exchange): Promise<Answer> {
  const { endpoint } = exchange;
  if (endpoint === undefined) throw unrecognized(exchange);
  const key = authenticate(accounts, exchange.header("authorization"));
  exchange.state = key.state;
  // Stripe-Context is the newer and more general of the two headers [docs].
  const wanted = exchange.header("stripe-context") ?? exchange.header("stripe-account");
  const state = chooseAccount(accounts, key, wanted);
  exchange.state = state;
  requirePermission(accounts, key, endpoint.permission, state);
  refuseBadVersion(exchange.header("stripe-version"));
  exchange.parameters = await decode(c);
  const { parameters, path, pathId } = exchange;
  const act = endpoint.prepare({ state, path, parameters, pathId });
  return { status: 200, body: JSON.stringify(act()), headers: {} };
}

/** Query and body alike may carry parameters, of any method; a body must be a form [spec]. */
async function decode(c: RequestContext): Promise<Parameters> {
  const query = new URL(c.req.url).search.slice(1);
  const body = c.req.method === "GET" ? "" : await c.req.text();
  const type = c.req.header("content-type") ?? "application/x-www-form-urlencoded";
  if (body.length > MAX_BODY_LENGTH) throw new StripeError(413, { message: "The request body is too long." });
  if (body !== "" && !type.startsWith("application/x-www-form-urlencoded")) {
    throw new StripeError(400, {
      message: "Invalid request (check that your POST content type is application/x-www-form-urlencoded).",
    });
  }
  return decodeForm([query, body].filter((part) => part !== "").join("&"));
}

function refuseBadVersion(version: string | undefined): void {
  if (version === undefined || API_VERSION.test(version)) return;
  throw new StripeError(400, { message: `Invalid Stripe API version: ${version}` });
}

function unrecognized({ method, path }: Exchange): StripeError {
  return new StripeError(404, { message: `Unrecognized request URL (${method}: ${path}).` });
}

function errorAnswer(exchange: Exchange, thrown: unknown): Answer {
  const error =
    thrown instanceof StripeError
      ? thrown
      : new StripeError(500, { message: `The emulator failed: ${String(thrown)}` });
  const body = errorBody(error, exchange.requestId, exchange.state?.livemode ?? false);
  return { status: error.status, body: JSON.stringify(body), headers: error.headers };
}

function commonHeaders({ accounts }: Services, exchange: Exchange): Record<string, string> {
  return {
    "content-type": "application/json",
    "request-id": exchange.requestId,
    "stripe-version": exchange.header("stripe-version") ?? accounts.choices.defaultApiVersion,
  };
}
