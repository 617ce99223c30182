import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { checkout, load } from "./support/tools";

interface Versions {
  isAtLeast(version: string, minimum: string): boolean;
  GO_MINIMUM: string;
  LANGUAGE_HOST_VERSION: string;
  NODE_MINIMUM: string;
  NODE_PACKAGES: Record<string, { name: string; version: string }>;
  PULUMI_VERSION: string;
}

describe("set-up: versions", () => {
  it("compares numbers, not text", async () => {
    const { isAtLeast } = await load<Versions>("versions.mjs");
    assert.equal(isAtLeast("v3.259.0", "3.259.0"), true);
    assert.equal(isAtLeast("v3.1000.0", "3.259.0"), true);
    assert.equal(isAtLeast("v3.100.9", "3.259.0"), false);
    assert.equal(isAtLeast("v4.0.0", "3.259.0"), true);
    assert.equal(isAtLeast("22.9.0", "22.19.0"), false);
  });

  it("reads Go's versions, which may lack the last number", async () => {
    const { isAtLeast } = await load<Versions>("versions.mjs");
    assert.equal(isAtLeast("go1.26", "1.25.11"), true);
    assert.equal(isAtLeast("go1.25", "1.25.11"), false);
    assert.equal(isAtLeast("go1.25.11", "1.25.11"), true);
  });

  it("takes a pre-release for older than its release", async () => {
    const { isAtLeast } = await load<Versions>("versions.mjs");
    assert.equal(isAtLeast("v3.259.0-alpha.1", "3.259.0"), false);
    assert.equal(isAtLeast("v3.260.0-alpha.1", "3.259.0"), true);
  });

  it("takes a text without a version for too old", async () => {
    const { isAtLeast } = await load<Versions>("versions.mjs");
    assert.equal(isAtLeast("", "3.259.0"), false);
    assert.equal(isAtLeast("unknown", "3.259.0"), false);
  });

  it("builds the versions that the go.mod files pin", async () => {
    const versions = await load<Versions>("versions.mjs");
    for (const [folder, version] of [
      ["pulumi-cli", versions.PULUMI_VERSION],
      ["pulumi-language-nodejs", versions.LANGUAGE_HOST_VERSION],
    ] as const) {
      const modules = readFileSync(join(checkout, "tools", folder, "go.mod"), "utf8");
      assert.match(modules, new RegExp(`^go ${literally(versions.GO_MINIMUM)}$`, "m"));
      assert.match(modules, new RegExp(`github.com/pulumi/pulumi/sdk/v3 v${literally(version)} `));
    }
  });

  it("installs only Node.js versions that are new enough, and asks for what package.json asks for", async () => {
    const { isAtLeast, NODE_MINIMUM, NODE_PACKAGES } = await load<Versions>("versions.mjs");
    for (const { version } of Object.values(NODE_PACKAGES)) assert.equal(isAtLeast(version, NODE_MINIMUM), true);
    const { engines } = JSON.parse(readFileSync(join(checkout, "package.json"), "utf8"));
    assert.equal(`${engines.node.replace(">=", "")}.0`, NODE_MINIMUM);
  });
});

function literally(version: string): string {
  return version.replaceAll(".", "\\.");
}
