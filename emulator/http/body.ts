import type { IncomingMessage } from "node:http";
import { StripeError } from "../errors";

/** Bytes. Stripe publishes no limit [unknown]; a form of 1,000 parameters stays far below it. */
const maxBodyBytes = 1024 * 1024;

/** More than the emulator reads: the answer ends the connection, and with it the rest of the body. */
export class BodyTooLong extends StripeError {
  constructor() {
    const message = `The request body is too long: the emulator reads up to ${maxBodyBytes} bytes.`;
    super(413, { message }, { connection: "close" });
  }
}

/**
 * The body of a request as text.
 *
 * @throws BodyTooLong as soon as that is known: by the length that is announced, or by what has arrived.
 */
export async function readBody(incoming: IncomingMessage): Promise<string> {
  if (Number(incoming.headers["content-length"] ?? 0) > maxBodyBytes) throw new BodyTooLong();
  const chunks: Buffer[] = [];
  let size = 0;
  // Leaving the loop would otherwise reset the connection, on which the answer is still to be sent.
  for await (const chunk of incoming.iterator({ destroyOnReturn: false })) {
    size += chunk.length;
    if (size > maxBodyBytes) throw new BodyTooLong();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
