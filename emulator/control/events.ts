import { type SSEStreamingApi, streamSSE } from "hono/streaming";
import type { LoggedRequest, RequestLog } from "../request-log";
import type { Storage } from "../storage/storage";
import type { ControlContext } from "./access";

/** News are sent together, so that a run of thousands of requests does not swamp the page. */
const intervalMs = 100;
/** As many requests as the page shows; of more in one interval it gets the last. */
const maxShownRequests = 200;

/** Server-Sent Events: `news` with the latest requests, and whether the state has changed. */
export function events(c: ControlContext, log: RequestLog, storage: Storage): Response {
  // The stream of an answer without a body would never end, and go on listening.
  if (c.req.method === "HEAD") return c.body(null, 200, { "content-type": "text/event-stream" });
  return streamSSE(c, async (stream) => {
    const news = new News(log.latest(maxShownRequests));
    const stops = [log.onRequest((request) => news.add(request)), storage.onChange(() => news.change())];
    const timer = setInterval(() => void news.sendTo(stream), intervalMs).unref();
    await news.sendTo(stream);
    await new Promise<void>((resolve) => stream.onAbort(resolve));
    clearInterval(timer);
    for (const stop of stops) stop();
  });
}

class News {
  #changed = true;
  #isSending = false;

  constructor(private requests: readonly LoggedRequest[]) {}

  add(request: LoggedRequest): void {
    this.requests = [...this.requests, request].slice(-maxShownRequests);
  }

  change(): void {
    this.#changed = true;
  }

  /** Does nothing while earlier news have not gone out: what a stalled reader has missed would pile up. */
  async sendTo(stream: SSEStreamingApi): Promise<void> {
    const { requests } = this;
    if (this.#isSending || (requests.length === 0 && !this.#changed)) return;
    const data = JSON.stringify({ requests, changed: this.#changed });
    this.requests = [];
    this.#changed = false;
    this.#isSending = true;
    await stream.writeSSE({ event: "news", data });
    this.#isSending = false;
  }
}
