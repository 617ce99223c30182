import { Server, ServerCredentials } from "@grpc/grpc-js";
import { channelOptions } from "./channel";
import { Engine } from "./engine";
import { providerService } from "./prototype-key";
import { createService } from "./service";

/**
 * Serves the engine on a free port of the loopback interface. Prints the port, which is the only
 * line on standard output. Ends the process when the engine has ended, also when it was killed.
 */
export async function serve(engineAddress: string): Promise<void> {
  const engine = new Engine(engineAddress);
  const server = new Server(channelOptions);
  server.addService(providerService, createService(engine));
  console.log(String(await bind(server)));
  await engine.ended();
  process.exit(0);
}

function bind(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) =>
      error === null ? resolve(port) : reject(error),
    );
  });
}
