import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import { type AddressInfo, Socket } from "node:net";
import { text } from "node:stream/consumers";

export interface ReceivedRequest {
  readonly method: string;
  /** Path and query as sent, still encoded. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface ServedResponse {
  /** Default 200. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** A string is sent as it is, any other value as JSON. */
  readonly body?: unknown;
}

/** `drop` resets the connection, `hang` sends nothing. */
export type Reaction = ServedResponse | "drop" | "hang";

/** Decides the reaction to a request. `index` counts from 0. */
export type Respond = (request: ReceivedRequest, index: number) => Reaction | Promise<Reaction>;

/** A server with responses that the emulator does not give. `await using` closes it. */
export class HttpServer implements AsyncDisposable {
  readonly requests: ReceivedRequest[] = [];
  /** Connections opened so far, including closed ones. */
  connections = 0;
  readonly #server = createServer((incoming, outgoing) => void this.#serve(incoming, outgoing));

  constructor(private readonly respond: Respond) {
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

  /** Stops listening and closes all connections. New connections are refused. */
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
    const reaction = await this.respond(request, this.requests.push(request) - 1);
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

/** Starts a server on a free port of 127.0.0.1. */
export function serve(respond: Respond): Promise<HttpServer> {
  return new HttpServer(respond).listen();
}
