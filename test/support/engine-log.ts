import { Server, ServerCredentials, type ServerUnaryCall, type sendUnaryData } from "@grpc/grpc-js";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import type { LogRequest } from "@pulumi/pulumi/proto/engine_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";

/** A line that a plugin sent to the engine. */
export interface EngineLine {
  readonly text: string;
  /** Empty for a line of the stack. */
  readonly urn: string;
}

/** The log service of the engine, on the loopback interface. */
export class EngineLog {
  readonly lines: EngineLine[] = [];
  readonly #server = new Server();

  /** Starts the service, and returns its address. */
  start(): Promise<string> {
    this.#server.addService(EngineService, {
      log: ({ request }: ServerUnaryCall<LogRequest, Empty>, respond: sendUnaryData<Empty>) => {
        this.lines.push({ text: request.getMessage(), urn: request.getUrn() });
        respond(null, new Empty());
      },
    });
    return new Promise((resolve, reject) => {
      this.#server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) =>
        error === null ? resolve(`127.0.0.1:${port}`) : reject(error),
      );
    });
  }

  /** Ends the service at once, as when the engine is killed. */
  stop(): void {
    this.#server.forceShutdown();
  }
}
