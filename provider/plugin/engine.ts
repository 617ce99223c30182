import { type Client, connectivityState, credentials } from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import { channelOptions } from "./channel";

/** Milliseconds in which an engine that still runs answers. */
const answerTime = 5_000;

/** The engine that started this process. */
export class Engine {
  readonly #client: EngineClient;
  readonly #sending = new Set<Promise<void>>();

  /** @param address host and port */
  constructor(address: string) {
    this.#client = new EngineClient(address, credentials.createInsecure(), channelOptions);
  }

  /** Shows a line below the resource, or below the stack without one. */
  log(line: string, urn?: string): void {
    const request = new LogRequest().setSeverity(LogSeverity.INFO).setMessage(line);
    if (urn !== undefined) request.setUrn(urn);
    // The engine may have ended. There is no other place for the line then.
    const sent = new Promise<void>((resolve) => void this.#client.log(request, () => resolve()));
    this.#sending.add(sent);
    void sent.then(() => this.#sending.delete(sent));
  }

  /** Resolves once the engine has received all lines. */
  async flush(): Promise<void> {
    await Promise.all(this.#sending);
  }

  /** Resolves when the engine has ended, also when it was killed. */
  async ended(): Promise<void> {
    while (await isReachable(this.#client)) await changed(this.#client);
  }
}

function isReachable(client: Client): Promise<boolean> {
  return new Promise((resolve) => {
    client.waitForReady(Date.now() + answerTime, (error) => resolve(error === undefined || error === null));
  });
}

/** Resolves when the connection is no longer ready. */
function changed(client: Client): Promise<void> {
  return new Promise((resolve) => {
    client.getChannel().watchConnectivityState(connectivityState.READY, Number.POSITIVE_INFINITY, () => resolve());
  });
}
