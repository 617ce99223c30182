import { isDeepStrictEqual } from "node:util";
import { StripeError } from "../errors";
import type { Collection, Storage } from "../storage/storage";
import type { ModeState } from "../store/account";
import type { Answer, Exchange } from "./exchange";
import type { Parameters } from "./parameters";

export const maxKeyLength = 255;
/** Milliseconds. Stripe keeps a result for at least 24 hours (S71). */
const retentionMs = 24 * 60 * 60 * 1000;

/** The use of an idempotency key. */
interface Use {
  /** The key. */
  readonly id: string;
  readonly requestId: string;
  readonly method: string;
  readonly path: string;
  readonly parameters: Parameters;
  readonly startedAt: number;
  /** Absent while the first request is in progress. */
  answer?: Answer;
}

/**
 * The uses of one account and mode. Those in progress are not stored, so a restart frees their
 * keys.
 */
interface Uses {
  readonly byKey: Map<string, Use>;
  readonly collection: Collection<Use>;
}

/** Results by idempotency key, separately for each account and mode (S76). */
export class IdempotencyKeys {
  readonly #uses = new Map<ModeState, Uses>();

  constructor(readonly storage: Storage) {}

  /**
   * Runs a request under its key, if it has one. `prepare` only checks, and its errors are not
   * stored (S74). The answer of `execute` is stored, failures included (S70). If `execute` throws,
   * the request never began.
   */
  async run<Action>(
    exchange: Exchange,
    state: ModeState,
    prepare: () => Action,
    execute: (action: Action) => Promise<Answer>,
  ): Promise<Answer> {
    const key = exchange.method === "POST" ? exchange.idempotencyKey : undefined;
    if (key === undefined) return execute(prepare());
    const { byKey, collection } = this.#of(state);
    const earlier = findEarlier(byKey, key, exchange);
    if (earlier !== undefined) return replay(earlier, exchange);
    const action = prepare();
    const { requestId, method, path, startedAt } = exchange;
    const use: Use = { id: key, requestId, method, path, parameters: plain(exchange.parameters), startedAt };
    byKey.set(key, use);
    try {
      use.answer = await execute(action);
      collection.put(key, use);
      return use.answer;
    } finally {
      if (use.answer === undefined) byKey.delete(key);
    }
  }

  #of(state: ModeState): Uses {
    const uses = this.#uses.get(state) ?? this.#restore(state);
    dropOld(uses);
    return uses;
  }

  #restore(state: ModeState): Uses {
    const collection = this.storage.collection<Use>("idempotencyKey", state.owner);
    const stored = collection.all().toSorted((one, other) => one.startedAt - other.startedAt);
    const uses = { byKey: new Map(stored.map((use) => [use.id, use])), collection };
    this.#uses.set(state, uses);
    return uses;
  }
}

/**
 * Returns a copy with a prototype, as parameters read from a file have. Decoded parameters have
 * none.
 */
const plain = (parameters: Parameters): Parameters => structuredClone(parameters);

/** Removes expired uses. A map keeps the order of insertion, so the oldest come first. */
function dropOld({ byKey, collection }: Uses): void {
  const oldest = Date.now() - retentionMs;
  for (const [key, use] of byKey) {
    if (use.startedAt >= oldest) return;
    byKey.delete(key);
    collection.remove(key);
  }
}

function findEarlier(uses: Map<string, Use>, key: string, exchange: Exchange): Use | undefined {
  if (key.length > maxKeyLength) {
    throw new StripeError(400, {
      type: "idempotency_error",
      message: `Idempotency keys can have up to ${maxKeyLength} characters, but you passed in a key that is ${key.length} characters.`,
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
  if (!isDeepStrictEqual(earlier.parameters, plain(exchange.parameters))) {
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
