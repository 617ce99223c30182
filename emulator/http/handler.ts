import { setTimeout as wait } from "node:timers/promises";
import type { Accounts } from "../accounts";
import { errorBody, StripeError } from "../errors";
import type { FaultEffect, Faults } from "../faults/faults";
import { faultyAnswer, isBeforeHandling } from "../faults/faulty-answer";
import { ObjectLocks } from "../faults/object-locks";
import type { ModeState } from "../store/account";
import { authenticate, chooseAccount, requirePermission } from "./authorization";
import type { Endpoint } from "./endpoint";
import type { Answer, Exchange } from "./exchange";
import { IdempotencyKeys, maxKeyLength } from "./idempotency";
import { decodeForm } from "./parameters";

const formType = "application/x-www-form-urlencoded";
const versionPattern = /^\d{4}-\d{2}-\d{2}(\.\w+)?(;.*)?$/;

/**
 * Handles requests: authorizes and decodes them, applies the faults, checks the parameters and
 * carries them out.
 */
export class Handler {
  readonly #idempotency: IdempotencyKeys;
  readonly #locks = new ObjectLocks();

  constructor(
    readonly accounts: Accounts,
    readonly faults: Faults,
  ) {
    this.#idempotency = new IdempotencyKeys(accounts.storage);
  }

  /**
   * Returns Stripe's answer. An error that it throws is turned into an answer by {@link
   * errorAnswer}. The body is read only if key and URL are valid.
   */
  async handle(exchange: Exchange, query: string, read: () => Promise<string>): Promise<Answer> {
    const { endpoint } = exchange;
    if (endpoint === undefined) throw unknownUrlError(exchange);
    const state = this.#authorize(exchange, endpoint);
    assertVersion(exchange.header("stripe-version"));
    const body = await read();
    assertContentType(exchange, body);
    // Parameters can be in the query and in the body.
    exchange.parameters = decodeForm([query, body].filter((part) => part !== "").join("&"));
    const effect = this.faults.applyTo(exchange, state);
    const fault = effect.answer;
    if (fault !== undefined && isBeforeHandling(fault)) return faultyAnswer(fault, exchange);
    const answer = await this.#idempotency.run(
      exchange,
      state,
      () => endpoint.prepare({ state, path: exchange.path, parameters: exchange.parameters, pathId: exchange.pathId }),
      (act) => this.#execute(exchange, state, effect, act),
    );
    return fault === undefined ? answer : faultyAnswer(fault, exchange, answer);
  }

  /** Returns the headers of every answer. */
  commonHeaders(exchange: Exchange): Readonly<Record<string, string>> {
    const key = exchange.idempotencyKey;
    return {
      "content-type": "application/json",
      "request-id": exchange.requestId,
      "stripe-version": exchange.header("stripe-version") ?? this.accounts.choices.defaultApiVersion,
      ...(key === undefined || key.length > maxKeyLength ? {} : { "idempotency-key": key }),
    };
  }

  #authorize(exchange: Exchange, { permission }: Endpoint): ModeState {
    const key = authenticate(this.accounts, exchange.header("authorization"));
    exchange.state = key.state;
    // Stripe-Context supersedes Stripe-Account (S98).
    const wanted = exchange.header("stripe-context") ?? exchange.header("stripe-account");
    const state = chooseAccount(this.accounts, key, wanted);
    exchange.state = state;
    requirePermission(this.accounts, key, permission, state);
    return state;
  }

  async #execute(exchange: Exchange, state: ModeState, effect: FaultEffect, act: () => object): Promise<Answer> {
    const { answer: fault, delayMs, holdMs } = effect;
    if (delayMs > 0) await pause(delayMs);
    const release = holdMs === undefined ? undefined : this.#locks.lock(exchange, state);
    try {
      if (holdMs !== undefined) await pause(holdMs);
      const answer = handled(exchange, act);
      return fault?.kind === "status" && fault.kept === true ? faultyAnswer(fault, exchange, answer) : answer;
    } finally {
      release?.();
    }
  }
}

/** Returns the answer for a thrown error, in Stripe's form. */
export function errorAnswer(exchange: Exchange, thrown: unknown): Answer {
  const error =
    thrown instanceof StripeError
      ? thrown
      : new StripeError(500, { message: `The emulator failed: ${String(thrown)}` });
  const body = errorBody(error, exchange.requestId, exchange.livemode);
  return { status: error.status, body: JSON.stringify(body), headers: error.headers };
}

function handled(exchange: Exchange, act: () => object): Answer {
  try {
    return { status: 200, body: JSON.stringify(act()), headers: {} };
  } catch (error) {
    return errorAnswer(exchange, error);
  }
}

/** Waits. The timer does not keep the process alive after the server is closed. */
const pause = (ms: number) => wait(ms, undefined, { ref: false });

function assertContentType(exchange: Exchange, body: string): void {
  const [type = ""] = (exchange.header("content-type") ?? formType).split(";", 1);
  if (body === "" || type.trim().toLowerCase() === formType) return;
  throw new StripeError(400, { message: `Invalid request (check that your POST content type is ${formType}).` });
}

function assertVersion(version: string | undefined): void {
  if (version === undefined || versionPattern.test(version)) return;
  throw new StripeError(400, { message: `Invalid Stripe API version: ${version}` });
}

function unknownUrlError({ method, path }: Exchange): StripeError {
  return new StripeError(404, { message: `Unrecognized request URL (${method}: ${path}).` });
}
