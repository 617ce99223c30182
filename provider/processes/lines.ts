import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

const loopback = "127.0.0.1";
/** Characters. A question or an answer holds a few texts of at most 500 characters. */
const maxLength = 65_536;

export interface Listener {
  readonly port: number;
  readonly close: () => void;
}

/**
 * Answers the first line of each connection on a free port of the loopback address. Closes the
 * connection without an answer if `answer` throws. Keeps no process alive.
 */
export async function listen(answer: (line: string) => Promise<string>, patience: number): Promise<Listener> {
  const serve = async (socket: Socket) => {
    socket.unref();
    socket.end(`${await answer(await readLine(socket, patience))}\n`);
  };
  const server = createServer((socket) => void serve(socket).catch(() => socket.destroy()));
  server.listen({ host: loopback, port: 0 }).unref();
  await once(server, "listening");
  return { port: (server.address() as AddressInfo).port, close: () => void server.close() };
}

/**
 * Sends the line to the port, and returns the line that comes back within `patience` milliseconds.
 */
export async function ask(port: number, line: string, patience: number): Promise<string> {
  const socket = connect({ host: loopback, port });
  try {
    socket.write(`${line}\n`);
    return await readLine(socket, patience);
  } finally {
    socket.destroy();
  }
}

/** Returns the first line that arrives. */
function readLine(socket: Socket, patience: number): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    socket.setTimeout(patience, () => socket.destroy(new Error(`no answer within ${patience / 1000} s`)));
    socket.setEncoding("utf8").on("data", (part: string) => {
      text += part;
      if (text.length > maxLength) socket.destroy(new Error("a message is too long"));
      else if (text.endsWith("\n")) resolve(text);
    });
    socket.on("error", reject).once("close", () => reject(new Error("the connection was closed")));
  });
}
