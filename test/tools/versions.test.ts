import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { checkout, load } from "./support/tools";

interface Versions {
  actionlintVersion: string;
  isAtLeast(version: string, minimum: string): boolean;
  goMinimum: string;
  languageHostVersion: string;
  nodeMinimum: string;
  nodePackages: Record<string, { name: string; version: string }>;
  pulumiVersion: string;
  pythonSdkVersion: string;
  stripeMockVersion: string;
  yamlHostVersion: string;
  zizmorVersion: string;
}

describe("tools: isAtLeast", () => {
  it("compares numbers, not text", async () => {
    const { isAtLeast } = await load<Versions>("versions.mjs");
    assert.equal(isAtLeast("v3.274.1", "3.274.1"), true);
    assert.equal(isAtLeast("v3.1000.0", "3.274.1"), true);
    assert.equal(isAtLeast("v3.100.9", "3.274.1"), false);
    assert.equal(isAtLeast("v4.0.0", "3.274.1"), true);
    assert.equal(isAtLeast("22.9.0", "22.19.0"), false);
  });

  it("reads a Go version without the last number", async () => {
    const { isAtLeast } = await load<Versions>("versions.mjs");
    assert.equal(isAtLeast("go1.27", "1.26.6"), true);
    assert.equal(isAtLeast("go1.26", "1.26.6"), false);
    assert.equal(isAtLeast("go1.26.6", "1.26.6"), true);
  });

  it("treats a pre-release as older than its release", async () => {
    const { isAtLeast } = await load<Versions>("versions.mjs");
    assert.equal(isAtLeast("v3.274.1-alpha.1", "3.274.1"), false);
    assert.equal(isAtLeast("v3.275.0-alpha.1", "3.274.1"), true);
  });

  it("treats a text without a version as too old", async () => {
    const { isAtLeast } = await load<Versions>("versions.mjs");
    assert.equal(isAtLeast("", "3.274.1"), false);
    assert.equal(isAtLeast("unknown", "3.274.1"), false);
  });
});

describe("tools: versions", () => {
  it("are the versions that the go.mod files pin", async () => {
    const versions = await load<Versions>("versions.mjs");
    for (const [folder, requirement] of [
      ["pulumi-cli", `github.com/pulumi/pulumi/sdk/v3 v${versions.pulumiVersion}`],
      ["sdk-generator", `github.com/pulumi/pulumi/sdk/v3 v${versions.pulumiVersion}`],
      ["pulumi-language-hosts", `github.com/pulumi/pulumi/sdk/v3 v${versions.languageHostVersion}`],
      ["pulumi-language-yaml", `github.com/pulumi/pulumi-yaml v${versions.yamlHostVersion}`],
      ["stripe-mock", `github.com/stripe/stripe-mock v${versions.stripeMockVersion}`],
      ["actionlint", `github.com/rhysd/actionlint v${versions.actionlintVersion}`],
    ] as const) {
      const modules = readFileSync(join(checkout, "tools", folder, "go.mod"), "utf8");
      assert.match(modules, new RegExp(`^go ${literally(versions.goMinimum)}$`, "m"));
      assert.match(modules, new RegExp(`\t${literally(requirement)} `));
    }
  });

  it("are the versions of Python packages whose files are pinned", async () => {
    const { pythonSdkVersion, zizmorVersion } = await load<Versions>("versions.mjs");
    for (const [folder, pinned] of [
      ["zizmor", `zizmor==${zizmorVersion}`],
      ["python-sdk", `pulumi==${pythonSdkVersion}`],
    ] as const) {
      const requirements = readFileSync(join(checkout, "tools", folder, "requirements.txt"), "utf8");
      assert.match(requirements, new RegExp(`^${literally(pinned)} `, "m"));
    }
  });

  it("agree with package.json about Node.js, and no Node.js package is older", async () => {
    const { isAtLeast, nodeMinimum, nodePackages } = await load<Versions>("versions.mjs");
    for (const { version } of Object.values(nodePackages)) assert.equal(isAtLeast(version, nodeMinimum), true);
    const { engines } = JSON.parse(readFileSync(join(checkout, "package.json"), "utf8"));
    assert.equal(`${engines.node.replace(">=", "")}.0`, nodeMinimum);
  });
});

function literally(version: string): string {
  return version.replaceAll(".", "\\.");
}
