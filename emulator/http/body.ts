import type { IncomingMessage } from "node:http";
import { StripeError } from "../errors";

/** Bytes. Stripe publishes no limit (S68); a form of 1,000 parameters stays far below it. */
const maxBodyBytes = 1024 * 1024;

/**
 * The body is longer than the emulator reads. The answer closes the connection, so the rest of the
 * body is not sent.
 */
export class BodyTooLong extends StripeError {
  constructor() {
    const message = `The request body is too long: the emulator reads up to ${maxBodyBytes} bytes.`;
    super(413, { message }, { connection: "close" });
  }
}

/**
 * Returns the body of a request as text.
 *
 * @throws BodyTooLong as soon as the announced or the received length is too large.
 */
export async function readBody(incoming: IncomingMessage): Promise<string> {
  if (Number(incoming.headers["content-length"] ?? 0) > maxBodyBytes) throw new BodyTooLong();
  const chunks: Buffer[] = [];
  let size = 0;
  // Otherwise leaving the loop would reset the connection before the answer is sent.
  for await (const chunk of incoming.iterator({ destroyOnReturn: false })) {
    size += chunk.length;
    if (size > maxBodyBytes) throw new BodyTooLong();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
