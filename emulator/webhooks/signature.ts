import { createHmac } from "node:crypto";

/**
 * Returns the header `Stripe-Signature` of a payload.
 *
 * @param seconds when it is sent, in seconds since 1970. Stripe's SDK rejects one older than five
 * minutes.
 * @see https://docs.stripe.com/webhooks/signature
 */
export function signatureOf(payload: string, secret: string, seconds: number): string {
  const signature = createHmac("sha256", secret).update(`${seconds}.${payload}`).digest("hex");
  return `t=${seconds},v1=${signature}`;
}
