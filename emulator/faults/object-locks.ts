import { StripeError } from "../errors";
import type { Exchange } from "../http/exchange";
import type { ModeState } from "../store/account";

/** The objects that writes have locked while the fault `lockTimeout` is in force. */
export class ObjectLocks {
  readonly #locked = new Set<string>();

  /**
   * Locks the object that a request writes to: the first one that its URL names, so the product for
   * an attachment. Returns a function that releases the lock.
   *
   * @throws StripeError 429 `lock_timeout` if another write has locked the object. Unlike the 429
   * of a rate limit it has no `Stripe-Rate-Limited-Reason` and asks for a retry (S85, S79).
   */
  lock(exchange: Exchange, state: ModeState): () => void {
    const parameter = /:(\w+)/.exec(exchange.endpoint?.path ?? "")?.[1];
    if (parameter === undefined || exchange.method === "GET") return () => undefined;
    const object = `${state.account.id}/${state.livemode}/${exchange.pathId(parameter)}`;
    if (this.#locked.has(object)) {
      throw new StripeError(
        429,
        {
          code: "lock_timeout",
          message:
            "This object cannot be accessed right now because another API request or Stripe process is currently accessing it.",
        },
        { "stripe-should-retry": "true" },
      );
    }
    this.#locked.add(object);
    return () => void this.#locked.delete(object);
  }
}
