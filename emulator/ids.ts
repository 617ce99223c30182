import { randomBytes } from "node:crypto";

const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const defaultLength = 24;

/**
 * Returns an id in Stripe's form: the prefix, then letters and digits.
 *
 * @param bytes as many bytes as the id has letters and digits, at least. Random by default.
 */
export function randomId(prefix: string, length = defaultLength, bytes: Uint8Array = randomBytes(length)): string {
  let id = prefix;
  for (const byte of bytes.subarray(0, length)) id += alphabet[byte % alphabet.length];
  return id;
}
