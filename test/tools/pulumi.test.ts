import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";
import { load, temporaryDirectory, writeExecutable, writePulumi } from "./support/tools";

type Environment = Readonly<Record<string, string | undefined>>;

interface Pulumi {
  findProblemOnPath(env: Environment, cached: string): string | undefined;
}

interface Go {
  settings: Record<string, string>;
  toolchain: string;
}

interface GoBuild {
  goEnvironment(env: Environment, go: Go, work: string): Environment;
}

describe("tools: findProblemOnPath", () => {
  it("accepts a Pulumi CLI that is new enough and complete", async () => {
    const { findProblemOnPath } = await load<Pulumi>("pulumi.mjs");
    using directory = temporaryDirectory();
    writePulumi(directory.path, "v3.300.1");
    assert.equal(findProblemOnPath({ PATH: directory.path }, "/cache"), undefined);
  });

  it("rejects an older CLI, another major version, and an unknown version", async () => {
    const { findProblemOnPath } = await load<Pulumi>("pulumi.mjs");
    using directory = temporaryDirectory();
    for (const [answer, reason] of [
      ["v3.100.0", /is version v3\.100\.0$/],
      ["v4.0.0", /is version v4\.0\.0$/],
      ["", /is version unknown$/],
    ] as const) {
      writePulumi(directory.path, answer);
      assert.match(findProblemOnPath({ PATH: directory.path }, "/cache") ?? "", reason);
    }
  });

  it("needs the language host, which may be elsewhere on PATH", async () => {
    const { findProblemOnPath } = await load<Pulumi>("pulumi.mjs");
    using directory = temporaryDirectory();
    const [bin, other] = [join(directory.path, "bin"), join(directory.path, "other")];
    writePulumi(bin, "v3.274.1");
    rmSync(join(bin, "pulumi-language-nodejs"));
    const env = { PATH: [bin, other].join(delimiter) };
    assert.match(findProblemOnPath(env, "/cache") ?? "", /pulumi-language-nodejs is missing beside .*bin\/pulumi$/);
    writeExecutable(other, "pulumi-language-nodejs", "exit 0");
    assert.equal(findProblemOnPath(env, "/cache"), undefined);
  });

  it("does not run the cached CLI", async () => {
    const { findProblemOnPath } = await load<Pulumi>("pulumi.mjs");
    using directory = temporaryDirectory();
    writePulumi(directory.path, "no version");
    assert.equal(findProblemOnPath({ PATH: directory.path }, directory.path), undefined);
  });
});

describe("tools: goEnvironment", () => {
  const settings = { GOPROXY: "https://proxy.example,direct", GOPRIVATE: "example.com", GOMODCACHE: "/nowhere" };

  it("keeps the module settings and drops settings that would change the build", async () => {
    const { goEnvironment } = await load<GoBuild>("go-build.mjs");
    const inherited = { HOME: "/home/ada", GOOS: "plan9", GOFLAGS: "-mod=mod", CGO_CFLAGS: "-g", GOROOT: "/go" };
    const env = goEnvironment(inherited, { settings, toolchain: "local" }, "/work");
    assert.equal(env["GOPROXY"], "https://proxy.example,direct");
    assert.equal(env["GOPRIVATE"], "example.com");
    assert.equal(env["HOME"], "/home/ada");
    assert.equal(env["GOROOT"], "/go");
    assert.equal(env["GOOS"], undefined);
    assert.equal(env["CGO_CFLAGS"], undefined);
    assert.match(env["GOFLAGS"] ?? "", /^-mod=readonly /);
  });

  it("makes Go write only to its own directory", async () => {
    const { goEnvironment } = await load<GoBuild>("go-build.mjs");
    const env = goEnvironment({ XDG_CONFIG_HOME: "/home/ada/.config" }, { settings, toolchain: "local" }, "/work");
    for (const name of ["GOPATH", "GOMODCACHE", "GOCACHE", "GOTMPDIR", "XDG_CONFIG_HOME"]) {
      assert.match(env[name] ?? "", /^\/work\//, name);
    }
  });

  it("reads modules from the user's cache first", async () => {
    const { goEnvironment } = await load<GoBuild>("go-build.mjs");
    using directory = temporaryDirectory();
    const fetched = join(directory.path, "cache", "download");
    writeExecutable(fetched, "module", "exit 0");
    const env = goEnvironment(
      {},
      { settings: { ...settings, GOMODCACHE: directory.path }, toolchain: "local" },
      "/work",
    );
    assert.equal(env["GOPROXY"], `${pathToFileURL(fetched).href},https://proxy.example,direct`);
  });
});
