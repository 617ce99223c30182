import type { Faults } from "../faults/faults";
import type { ModeState } from "../store/account";
import { Webhook, type WebhookOptions } from "./webhook";

/** All webhooks of an emulator. */
export class Webhooks {
  readonly #all: Webhook[] = [];
  readonly #listeners = new Set<() => void>();

  #deliveries = 0;

  constructor(private readonly faults: Faults) {}

  add(state: ModeState, options: WebhookOptions): Webhook {
    const webhook = new Webhook(options, {
      state,
      faults: this.faults,
      nextDelivery: () => ++this.#deliveries,
      onChange: () => this.#noteChange(),
    });
    this.#all.push(webhook);
    return webhook;
  }

  all(): readonly Webhook[] {
    return this.#all;
  }

  /** Calls `listener` after each change of a delivery, until the returned function is called. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #noteChange(): void {
    for (const listener of this.#listeners) listener();
  }

  close(): void {
    for (const webhook of this.#all) webhook.remove();
  }
}
