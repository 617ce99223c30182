import { EntitlementsError } from "../lifecycle/errors";

/** The oldest Node.js that undici 8 supports: https://github.com/nodejs/undici */
export const oldestNode = "22.19.0";

/**
 * Throws when Node.js is too old, before loading modules that would fail with an unhelpful error.
 */
export function assertCurrentNode(running = process.versions.node): void {
  const [major = 0, minor = 0] = running.split(".").map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = oldestNode.split(".").map(Number);
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return;
  throw new EntitlementsError(
    `Node.js ${running} (${process.execPath}) is too old: pulumi-stripe-entitlements needs ${oldestNode} or later`,
    { kind: "configuration", hint: "Pulumi runs the first `node` on PATH. Put a newer one there." },
  );
}
