import { isDeepStrictEqual } from "node:util";
import { StripeError } from "../errors";
import type { ModeState } from "../store/account";
import type { Answer, Exchange } from "./exchange";
import type { Parameters } from "./parameters";

export const MAX_KEY_LENGTH = 255;
/** Stripe keeps a result for at least 24 hours [docs]. */
const KEPT_MS = 24 * 60 * 60 * 1000;

interface Use {
  readonly requestId: string;
  readonly method: string;
  readonly path: string;
  readonly parameters: Parameters;
  readonly startedAt: number;
  /** Absent while the first request is still executing. */
  answer?: Answer;
}

/** Results by idempotency key, kept apart by account and mode. */
export class IdempotencyKeys {
  readonly #uses = new Map<ModeState, Map<string, Use>>();

  /**
   * Runs a request under its key, if it has one. `prepare` checks and changes nothing: what it throws is not kept.
   * Once `execute` has begun its answer is kept, failures included [docs]; what it throws is a request that never began.
   */
  async run<Action>(
    exchange: Exchange,
    state: ModeState,
    prepare: () => Action,
    execute: (action: Action) => Promise<Answer>,
  ): Promise<Answer> {
    const key = exchange.method === "POST" ? exchange.idempotencyKey : undefined;
    if (key === undefined) return execute(prepare());
    const uses = this.#of(state);
    const earlier = findEarlier(uses, key, exchange);
    if (earlier !== undefined) return replay(earlier, exchange);
    const action = prepare();
    const { requestId, method, path, parameters, startedAt } = exchange;
    const use: Use = { requestId, method, path, parameters, startedAt };
    uses.set(key, use);
    try {
      use.answer = await execute(action);
      return use.answer;
    } finally {
      if (use.answer === undefined) uses.delete(key);
    }
  }

  #of(state: ModeState): Map<string, Use> {
    const known = this.#uses.get(state);
    if (known !== undefined) {
      dropOld(known);
      return known;
    }
    const uses = new Map<string, Use>();
    this.#uses.set(state, uses);
    return uses;
  }
}

/** A map keeps its order of insertion, so the old ones come first. */
function dropOld(uses: Map<string, Use>): void {
  const oldest = Date.now() - KEPT_MS;
  for (const [key, use] of uses) {
    if (use.startedAt >= oldest) return;
    uses.delete(key);
  }
}

function findEarlier(uses: Map<string, Use>, key: string, exchange: Exchange): Use | undefined {
  if (key.length > MAX_KEY_LENGTH) {
    throw new StripeError(400, {
      type: "idempotency_error",
      message: `Idempotency keys can have up to ${MAX_KEY_LENGTH} characters, but you passed in a key that is ${key.length} characters.`,
    });
  }
  const earlier = uses.get(key);
  if (earlier === undefined) return undefined;
  const advice = `Try using a key other than '${key}' if you meant to execute a different request.`;
  if (earlier.method !== exchange.method || earlier.path !== exchange.path) {
    throw new StripeError(400, {
      type: "idempotency_error",
      message: `Keys for idempotent requests can only be used for the same endpoint they were first used for ('${exchange.path}' vs '${earlier.path}'). ${advice}`,
    });
  }
  if (!isDeepStrictEqual(earlier.parameters, exchange.parameters)) {
    throw new StripeError(400, {
      type: "idempotency_error",
      message: `Keys for idempotent requests can only be used with the same parameters they were first used with. ${advice}`,
    });
  }
  return earlier;
}

function replay(earlier: Use, exchange: Exchange): Answer {
  if (earlier.answer === undefined) {
    throw new StripeError(409, {
      code: "idempotency_key_in_use",
      message: `There is currently another in-progress request using this idempotency key: ${exchange.idempotencyKey}.`,
    });
  }
  exchange.replayed = true;
  const headers = { "idempotent-replayed": "true", "original-request": earlier.requestId };
  return { ...earlier.answer, headers: { ...earlier.answer.headers, ...headers } };
}
