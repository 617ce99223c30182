import type { HttpBindings } from "@hono/node-server";
import type { Answer } from "./exchange";

/** Sends an answer, or the part of it that a fault lets through. */
export function send({ incoming, outgoing }: HttpBindings, answer: Answer): void {
  const { body, delivery, headers, status } = answer;
  if (delivery?.kind === "drop") {
    incoming.socket.resetAndDestroy();
    return;
  }
  const bytes = Buffer.from(body);
  outgoing.writeHead(status, { ...headers, "content-length": bytes.length });
  if (delivery === undefined) {
    outgoing.end(bytes);
    return;
  }
  outgoing.write(bytes.subarray(0, delivery.bytes), () => incoming.socket.destroy());
}
