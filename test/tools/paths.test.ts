import assert from "node:assert/strict";
import { chmodSync, writeFileSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { load, temporaryDirectory, writeExecutable } from "./support/tools";

type Environment = Readonly<Record<string, string | undefined>>;

interface Cache {
  cacheDirectory(env: Environment, machine: { platform: string; home: string }): string;
}

interface Path {
  findOnPath(command: string, env: Environment): string | undefined;
  withFirstOnPath(env: Environment, directories: readonly string[]): Environment;
}

describe("tools: cacheDirectory", () => {
  const linux = { platform: "linux", home: "/home/ada" };

  it("is a folder in the user's cache directory on each platform", async () => {
    const { cacheDirectory } = await load<Cache>("cache.mjs");
    assert.equal(cacheDirectory({}, linux), "/home/ada/.cache/pulumi-stripe-entitlements");
    assert.equal(
      cacheDirectory({}, { platform: "darwin", home: "/Users/ada" }),
      "/Users/ada/Library/Caches/pulumi-stripe-entitlements",
    );
    assert.equal(
      cacheDirectory({ LOCALAPPDATA: "/local" }, { platform: "win32", home: "/ada" }),
      join("/local", "pulumi-stripe-entitlements"),
    );
  });

  it("uses XDG_CACHE_HOME unless that is a relative path", async () => {
    const { cacheDirectory } = await load<Cache>("cache.mjs");
    assert.equal(cacheDirectory({ XDG_CACHE_HOME: "/xdg" }, linux), "/xdg/pulumi-stripe-entitlements");
    assert.equal(cacheDirectory({ XDG_CACHE_HOME: "xdg" }, linux), "/home/ada/.cache/pulumi-stripe-entitlements");
  });

  it("prefers PULUMI_STRIPE_ENTITLEMENTS_CACHE to every other setting", async () => {
    const { cacheDirectory } = await load<Cache>("cache.mjs");
    const env = { PULUMI_STRIPE_ENTITLEMENTS_CACHE: "here", XDG_CACHE_HOME: "/xdg" };
    assert.equal(cacheDirectory(env, linux), resolve("here"));
  });
});

describe("tools: findOnPath", () => {
  it("searches the directories in the order of PATH", async () => {
    const { findOnPath } = await load<Path>("path.mjs");
    using directory = temporaryDirectory();
    const [first, second] = [join(directory.path, "1"), join(directory.path, "2")];
    writeExecutable(second, "tool", "exit 0");
    const env = { PATH: [first, second].join(delimiter) };
    assert.equal(findOnPath("tool", env), join(second, "tool"));
    writeExecutable(first, "tool", "exit 0");
    assert.equal(findOnPath("tool", env), join(first, "tool"));
  });

  it("finds executable files only, not folders or other files", async () => {
    const { findOnPath } = await load<Path>("path.mjs");
    using directory = temporaryDirectory();
    writeExecutable(join(directory.path, "folder"), "inner", "exit 0");
    writeFileSync(join(directory.path, "plain"), "");
    chmodSync(join(directory.path, "plain"), 0o644);
    const env = { PATH: directory.path };
    assert.equal(findOnPath("folder", env), undefined);
    assert.equal(findOnPath("plain", env), undefined);
    assert.equal(findOnPath("absent", {}), undefined);
  });
});

describe("tools: withFirstOnPath", () => {
  it("puts directories first and removes their later occurrence", async () => {
    const { withFirstOnPath } = await load<Path>("path.mjs");
    const env = { PATH: ["/a", "/b"].join(delimiter), OTHER: "x" };
    assert.deepEqual(withFirstOnPath(env, ["/b", "/c"]), { PATH: ["/b", "/c", "/a"].join(delimiter), OTHER: "x" });
    assert.deepEqual(withFirstOnPath({ Path: "/a" }, ["/c"]), { Path: ["/c", "/a"].join(delimiter) });
  });
});
