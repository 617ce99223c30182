import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import { type AddressInfo, Socket } from "node:net";
import { text } from "node:stream/consumers";

export interface ReceivedRequest {
  readonly method: string;
  /** As on the wire: path and query, still encoded. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface ServedAnswer {
  /** 200 by default. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** A text is sent as it is, anything else as JSON. */
  readonly body?: unknown;
}

/** `drop` resets the connection; `hang` never answers. */
export type Reaction = ServedAnswer | "drop" | "hang";

/** A server that answers what a test says, where the emulator has no such answer. `await using` closes it. */
export class HttpServer implements AsyncDisposable {
  readonly requests: ReceivedRequest[] = [];
  /** Connections that clients have opened so far. */
  connections = 0;
  readonly #server = createServer((incoming, outgoing) => void this.#serve(incoming, outgoing));

  constructor(private readonly react: (request: ReceivedRequest, index: number) => Reaction | Promise<Reaction>) {
    this.#server.on("connection", () => {
      this.connections += 1;
    });
  }

  async listen(): Promise<this> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Stops listening: whoever comes now is refused the connection. */
  async close(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { method = "", url = "", headers } = incoming;
    const request = { method, url, headers, body: await text(incoming) };
    const reaction = await this.react(request, this.requests.push(request) - 1);
    if (reaction === "hang") return;
    if (reaction === "drop") {
      if (incoming.socket instanceof Socket) incoming.socket.resetAndDestroy();
      return;
    }
    const { status = 200, body = "" } = reaction;
    outgoing.writeHead(status, { "request-id": "req_served", ...reaction.headers });
    outgoing.end(typeof body === "string" ? body : JSON.stringify(body));
  }
}

/** Starts a server that answers each request as `react` says. */
export function serve(
  react: (request: ReceivedRequest, index: number) => Reaction | Promise<Reaction>,
): Promise<HttpServer> {
  return new HttpServer(react).listen();
}
