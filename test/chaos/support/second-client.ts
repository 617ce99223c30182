import { setInterval } from "node:timers/promises";
import type { Emulator } from "../../../emulator";

/**
 * Another client with the same key. It sends `perSecond` requests a second, to each path in turn,
 * until it is disposed of.
 */
export class SecondClient implements AsyncDisposable {
  readonly #stopped = new AbortController();
  readonly #running: Promise<void>;

  constructor(emulator: Emulator, perSecond: number, method: "GET" | "POST", paths: readonly string[]) {
    const urls = paths.map((path) => new URL(path, emulator.url));
    this.#running = this.#send(urls, emulator.apiKey, perSecond, method);
  }

  async #send(urls: URL[], apiKey: string, perSecond: number, method: string): Promise<void> {
    const { signal } = this.#stopped;
    const headers = { authorization: `Bearer ${apiKey}` };
    try {
      for await (const _ of setInterval(1_000 / perSecond, undefined, { signal })) {
        const [url, ...others] = urls;
        if (url === undefined) return;
        urls = [...others, url];
        const answer = await fetch(url, { method, headers, signal });
        await answer.arrayBuffer();
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped.abort();
    await this.#running;
  }
}
