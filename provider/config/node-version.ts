import { EntitlementsError } from "../lifecycle/errors";

/** undici 8 needs it. */
export const oldestNode = "22.19.0";

/**
 * Throws on a Node.js that is too old, before anything is loaded that would fail there in words that help nobody.
 */
export function requireCurrentNode(running = process.versions.node): void {
  const [major = 0, minor = 0] = running.split(".").map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = oldestNode.split(".").map(Number);
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return;
  throw new EntitlementsError(
    `Node.js ${running} (${process.execPath}) is too old: pulumi-stripe-entitlements needs ${oldestNode} or later`,
    { hint: "Pulumi takes the first `node` on PATH: put a current one there." },
  );
}
