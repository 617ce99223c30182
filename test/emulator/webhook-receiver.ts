import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** A request that the receiver got. */
export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A server on this machine that records what a webhook sends. `await using` stops it. */
export class WebhookReceiver implements AsyncDisposable {
  readonly received: Received[] = [];
  /** The statuses of the next answers. Then 200. */
  readonly statuses: number[] = [];
  /** Called with each event before it is answered. */
  onEvent: (event: { readonly customer: string }) => Promise<unknown> = async () => undefined;

  private constructor(private readonly server: Server) {}

  static async start(): Promise<WebhookReceiver> {
    const server = createServer();
    const receiver = new WebhookReceiver(server);
    server.on("request", async (request, response) => {
      const body = await text(request);
      receiver.received.push({ headers: request.headers, body });
      const { data } = JSON.parse(body);
      await receiver.onEvent({ customer: data?.object.customer });
      response.statusCode = receiver.statuses.shift() ?? 200;
      response.end();
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/webhook`;
  }

  /** The bodies that arrived, in their order. */
  events<Event>(): readonly Event[] {
    return this.received.map(({ body }) => JSON.parse(body));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, "close");
  }
}
