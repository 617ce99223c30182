import { once } from "node:events";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";

/**
 * An HTTP proxy that sends the requests for every host to one server. It supports tunnels (CONNECT)
 * and requests with an absolute URL. `await using` closes it.
 */
export class ProxyServer implements AsyncDisposable {
  /** The `host:port` of each tunnel and the URL of each forwarded request. */
  readonly targets: string[] = [];
  /** The `Proxy-Authorization` header of each request, "" if absent. */
  readonly authorizations: string[] = [];
  readonly #server = createServer();
  readonly #sockets = new Set<Socket>();

  /** @param target the URL of the server. Without it, the proxy refuses every request with 407. */
  constructor(private readonly target?: string) {
    this.#server.on("connection", (socket) => this.#sockets.add(socket));
    this.#server.on("connect", ({ url = "", headers }, socket) => {
      this.targets.push(url);
      this.authorizations.push(headers["proxy-authorization"] ?? "");
      if (this.target === undefined) socket.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
      else this.#tunnel(socket as Socket, new URL(this.target));
    });
    this.#server.on("request", (incoming, outgoing) => {
      this.targets.push(incoming.url ?? "");
      this.authorizations.push(incoming.headers["proxy-authorization"] ?? "");
      this.#forward(incoming, outgoing);
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

  #forward(incoming: IncomingMessage, outgoing: ServerResponse): void {
    if (this.target === undefined) {
      outgoing.writeHead(407).end();
      return;
    }
    const { pathname, search } = new URL(incoming.url ?? "");
    const { method, headers } = incoming;
    const forwarded = request(new URL(pathname + search, this.target), { method, headers }, (response) => {
      outgoing.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(outgoing);
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
