import { StripeError } from "../errors";
import type { Exchange } from "../http/exchange";
import type { ModeState } from "../store/account";

/** Objects that a write is holding, while the fault `lockTimeout` is in force. */
export class ObjectLocks {
  readonly #held = new Set<string>();

  /**
   * Takes the object a request writes to: the first one its URL names, so the product for an attachment. Returns what
   * gives it back.
   *
   * @throws StripeError 429 `lock_timeout` when another write holds it. This 429, unlike that of a rate limit, has no
   * `Stripe-Rate-Limited-Reason`, and asks for a retry [docs, sdk].
   */
  take(exchange: Exchange, state: ModeState): () => void {
    const parameter = /:(\w+)/.exec(exchange.endpoint?.path ?? "")?.[1];
    if (parameter === undefined || exchange.method === "GET") return () => undefined;
    const object = `${state.account.id}/${state.livemode}/${exchange.pathId(parameter)}`;
    if (this.#held.has(object)) {
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
    this.#held.add(object);
    return () => void this.#held.delete(object);
  }
}
