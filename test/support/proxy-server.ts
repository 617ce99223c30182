import { once } from "node:events";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";

/**
 * An HTTP proxy that lets every host name lead to one server. It serves both ways that clients use: a tunnel (CONNECT) and a request
 * with the whole URL. `await using` closes it.
 */
export class ProxyServer implements AsyncDisposable {
  /** `host:port` of each tunnel, and the URL of each forwarded request. */
  readonly asked: string[] = [];
  /** The `Proxy-Authorization` headers it was sent. */
  readonly authorizations: string[] = [];
  readonly #server = createServer();
  readonly #sockets = new Set<Socket>();

  /** @param target where everything leads; without one the proxy refuses with 407. */
  constructor(private readonly target?: string) {
    this.#server.on("connection", (socket) => this.#sockets.add(socket));
    this.#server.on("connect", ({ url = "", headers }, socket) => {
      this.asked.push(url);
      this.authorizations.push(headers["proxy-authorization"] ?? "");
      if (this.target === undefined) socket.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
      else this.#tunnel(socket as Socket, new URL(this.target));
    });
    this.#server.on("request", (incoming, answer) => {
      this.asked.push(incoming.url ?? "");
      this.authorizations.push(incoming.headers["proxy-authorization"] ?? "");
      this.#forward(incoming, answer);
    });
  }

  async listen(): Promise<this> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return this;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #forward(incoming: IncomingMessage, answer: ServerResponse): void {
    if (this.target === undefined) {
      answer.writeHead(407).end();
      return;
    }
    const { pathname, search } = new URL(incoming.url ?? "");
    const { method, headers } = incoming;
    const forwarded = request(new URL(pathname + search, this.target), { method, headers }, (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(answer);
    });
    incoming.pipe(forwarded);
  }

  #tunnel(client: Socket, { hostname, port }: URL): void {
    const server = connect(Number(port), hostname, () => {
      client.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      server.pipe(client).pipe(server);
    });
    this.#sockets.add(server);
    for (const socket of [client, server]) socket.on("error", () => socket.destroy());
  }
}
