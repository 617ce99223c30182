import type { HttpBindings } from "@hono/node-server";
import { Hono } from "hono";
import { HTTPException } from "hono/http-exception";
import type { Accounts } from "../accounts";
import { Dashboard } from "../dashboard";
import { StripeError } from "../errors";
import type { FaultHandle } from "../faults/fault";
import type { Faults } from "../faults/faults";
import { BodyTooLong, readBody } from "../http/body";
import { faultSchema } from "../input/faults";
import { InputError, parse } from "../input/parse";
import { pageRoutes } from "../page/routes";
import type { RequestLog } from "../request-log";
import type { Storage } from "../storage/storage";
import type { ModeState } from "../store/account";
import type { Webhook } from "../webhooks/webhook";
import type { Webhooks } from "../webhooks/webhooks";
import { type Access, type ControlContext, failure, requireControlAccess, requireOwnHost } from "./access";
import { actions } from "./actions";
import { events } from "./events";
import { stateOf } from "./state";

/** The parts of the emulator that the control routes read and change. */
export interface Controlled {
  readonly accounts: Accounts;
  readonly faults: Faults;
  readonly log: RequestLog;
  readonly storage: Storage;
  readonly webhooks: Webhooks;
}

type Routes = Hono<{ Bindings: HttpBindings }>;

/**
 * Returns the routes outside Stripe's API: the page at `/`, and the controls below `/_emulator`.
 */
export function controlRoutes(controlled: Controlled, access: Access): Routes {
  const app: Routes = new Hono();
  app.use("/", requireOwnHost(access));
  app.use("/_emulator/*", requireOwnHost(access));
  app.route("/", pageRoutes(access));
  app.use("/_emulator/*", requireControlAccess(access));
  addStateRoutes(app, controlled);
  addFaultRoutes(app, controlled);
  addWebhookRoutes(app, controlled);
  app.all("/_emulator/*", (c) => c.json(failure(`There is no ${c.req.method} ${c.req.path}.`), 404));
  app.onError((error, c) => {
    const headers = error instanceof BodyTooLong ? error.headers : {};
    return c.json(failure(error.message), statusOf(error), headers);
  });
  return app;
}

function addStateRoutes(app: Routes, { accounts, log, storage, webhooks }: Controlled): void {
  app.get("/_emulator/state", (c) => c.json(stateOf(accounts, chosenState(c, accounts))));
  app.get("/_emulator/events", (c) => events(c, log, storage, webhooks));
  app.get("/_emulator/requests", (c) => c.json({ requests: log.entries }));
  app.delete("/_emulator/requests", (c) => {
    log.clear();
    return c.json({});
  });
  app.post("/_emulator/dashboard/:action", async (c) => {
    const name = c.req.param("action");
    const action = actions.get(name);
    if (action === undefined) throw new InputError(`"${name}" is not one of ${[...actions.keys()].join(", ")}`);
    const result = action.run(new Dashboard(chosenState(c, accounts)), await jsonBody(c));
    await storage.committed();
    return c.json(result);
  });
}

function addFaultRoutes(app: Routes, { faults }: Controlled): void {
  app.get("/_emulator/faults", (c) => c.json({ faults: faults.list().map(faultBody) }));
  app.post("/_emulator/faults", async (c) => c.json(faultBody(faults.add(parse(faultSchema, await jsonBody(c))))));
  app.delete("/_emulator/faults", (c) => {
    faults.clear();
    return c.json({});
  });
  app.delete("/_emulator/faults/:id", (c) => {
    const fault = faults.list().find(({ id }) => String(id) === c.req.param("id"));
    if (fault === undefined) throw new HTTPException(404, { message: `There is no fault ${c.req.param("id")}.` });
    fault.remove();
    return c.json(faultBody(fault));
  });
}

function addWebhookRoutes(app: Routes, { webhooks }: Controlled): void {
  app.get("/_emulator/webhooks", (c) => c.json({ webhooks: webhooks.all().map(webhookBody) }));
  app.post("/_emulator/webhooks/:webhook/deliveries/:delivery/resend", async (c) => {
    const { delivery, webhook } = c.req.param();
    const found = webhooks.all()[Number(webhook)];
    if (found === undefined) throw new HTTPException(404, { message: `There is no webhook ${webhook}.` });
    return c.json(await found.resend(Number(delivery)));
  });
}

/** Without the signing secret, which only the command prints. */
const webhookBody = ({ url, payload, deliveries }: Webhook, index: number) => ({ id: index, url, payload, deliveries });

const faultBody = ({ id, fault, hits }: FaultHandle) => ({ id, hits, fault });

/**
 * Returns the state that `?account=…&livemode=…` names, by default the default account in test
 * mode.
 */
function chosenState(c: ControlContext, accounts: Accounts): ModeState {
  const wanted = c.req.query("account");
  const account = wanted === undefined ? accounts.first() : accounts.find(wanted);
  if (account === undefined) throw new HTTPException(404, { message: `There is no account ${wanted}.` });
  const livemode = c.req.query("livemode") ?? "false";
  if (!/^(true|false)$/.test(livemode)) throw new InputError(`livemode must be true or false, got "${livemode}"`);
  return account.mode(livemode === "true");
}

async function jsonBody(c: ControlContext): Promise<unknown> {
  const text = await readBody(c.env.incoming);
  try {
    return JSON.parse(text, rejectPrototype);
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError("The body is not JSON");
  }
}

/** The schemas ignore this name, so a mistake would go unnoticed. */
function rejectPrototype(name: string, value: unknown): unknown {
  if (name === "__proto__") throw new InputError('"__proto__" cannot be used as a name');
  return value;
}

function statusOf(error: Error) {
  if (error instanceof BodyTooLong) return 413;
  if (error instanceof HTTPException) return error.status;
  if (error instanceof InputError || error instanceof RangeError || error instanceof StripeError) return 400;
  return 500;
}
