import { type SSEStreamingApi, streamSSE } from "hono/streaming";
import type { LoggedRequest, RequestLog } from "../request-log";
import type { Storage } from "../storage/storage";
import type { Webhooks } from "../webhooks/webhooks";
import type { ControlContext } from "./access";

/**
 * Changes are sent in batches, so that a run of thousands of requests does not overload the page.
 */
const intervalMs = 100;
/** The number of requests that the page shows. A batch holds no more than the last of them. */
const maxShownRequests = 200;

/**
 * Answers with Server-Sent Events: each `news` has the latest requests, whether the state has
 * changed, and whether the deliveries to webhooks have.
 */
export function events(c: ControlContext, log: RequestLog, storage: Storage, webhooks: Webhooks): Response {
  // An answer to HEAD has no body, so its stream would never end.
  if (c.req.method === "HEAD") return c.body(null, 200, { "content-type": "text/event-stream" });
  return streamSSE(c, async (stream) => {
    const batch = new Batch(log.latest(maxShownRequests));
    const stops = [
      log.onRequest((request) => batch.add(request)),
      storage.onChange(() => batch.markChanged()),
      webhooks.onChange(() => batch.markDelivered()),
    ];
    const timer = setInterval(() => void batch.sendTo(stream), intervalMs).unref();
    await batch.sendTo(stream);
    await new Promise<void>((resolve) => stream.onAbort(resolve));
    clearInterval(timer);
    for (const stop of stops) stop();
  });
}

/** The changes since the last event. */
class Batch {
  #changed = true;
  #delivered = true;
  #isSending = false;

  constructor(private requests: readonly LoggedRequest[]) {}

  add(request: LoggedRequest): void {
    this.requests = [...this.requests, request].slice(-maxShownRequests);
  }

  markChanged(): void {
    this.#changed = true;
  }

  markDelivered(): void {
    this.#delivered = true;
  }

  /**
   * Does nothing while the last event is being sent. Otherwise events would pile up for a stalled
   * reader.
   */
  async sendTo(stream: SSEStreamingApi): Promise<void> {
    const { requests } = this;
    if (this.#isSending || (requests.length === 0 && !this.#changed && !this.#delivered)) return;
    const data = JSON.stringify({ requests, changed: this.#changed, delivered: this.#delivered });
    this.requests = [];
    this.#changed = false;
    this.#delivered = false;
    this.#isSending = true;
    await stream.writeSSE({ event: "news", data });
    this.#isSending = false;
  }
}
