import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";
import { load, temporaryDirectory, writeExecutable, writePulumi } from "./support/tools";

type Environment = Readonly<Record<string, string | undefined>>;

interface Pulumi {
  refusalOfPulumiOnPath(env: Environment, cached: string): string | undefined;
}

interface GoBuild {
  goEnvironment(env: Environment, settings: Record<string, string>, work: string): Environment;
}

describe("set-up: the Pulumi CLI on PATH", () => {
  it("serves when it is new enough and complete", async () => {
    const { refusalOfPulumiOnPath } = await load<Pulumi>("pulumi.mjs");
    using directory = temporaryDirectory();
    writePulumi(directory.path, "v3.300.1");
    assert.equal(refusalOfPulumiOnPath({ PATH: directory.path }, "/cache"), undefined);
  });

  it("does not serve when it is older, of another major version, or answers something else", async () => {
    const { refusalOfPulumiOnPath } = await load<Pulumi>("pulumi.mjs");
    using directory = temporaryDirectory();
    for (const [answer, reason] of [
      ["v3.100.0", /is version v3\.100\.0$/],
      ["v4.0.0", /is version v4\.0\.0$/],
      ["", /is version unknown$/],
    ] as const) {
      writePulumi(directory.path, answer);
      assert.match(refusalOfPulumiOnPath({ PATH: directory.path }, "/cache") ?? "", reason);
    }
  });

  it("does not serve without the language host, which may be elsewhere on PATH", async () => {
    const { refusalOfPulumiOnPath } = await load<Pulumi>("pulumi.mjs");
    using directory = temporaryDirectory();
    const [bin, other] = [join(directory.path, "bin"), join(directory.path, "other")];
    writePulumi(bin, "v3.259.0");
    rmSync(join(bin, "pulumi-language-nodejs"));
    const env = { PATH: [bin, other].join(delimiter) };
    assert.match(refusalOfPulumiOnPath(env, "/cache") ?? "", /comes without pulumi-language-nodejs$/);
    writeExecutable(other, "pulumi-language-nodejs", "exit 0");
    assert.equal(refusalOfPulumiOnPath(env, "/cache"), undefined);
  });

  it("is not asked for its version when it is the cached one", async () => {
    const { refusalOfPulumiOnPath } = await load<Pulumi>("pulumi.mjs");
    using directory = temporaryDirectory();
    writePulumi(directory.path, "no version");
    assert.equal(refusalOfPulumiOnPath({ PATH: directory.path }, directory.path), undefined);
  });
});

describe("set-up: the environment of the Go build", () => {
  const settings = { GOPROXY: "https://proxy.example,direct", GOPRIVATE: "example.com", GOMODCACHE: "/nowhere" };

  it("keeps how modules are reached and drops what would change the build", async () => {
    const { goEnvironment } = await load<GoBuild>("go-build.mjs");
    const inherited = { HOME: "/home/ada", GOOS: "plan9", GOFLAGS: "-mod=mod", CGO_CFLAGS: "-g", GOROOT: "/go" };
    const env = goEnvironment(inherited, settings, "/work");
    assert.equal(env["GOPROXY"], "https://proxy.example,direct");
    assert.equal(env["GOPRIVATE"], "example.com");
    assert.equal(env["HOME"], "/home/ada");
    assert.equal(env["GOROOT"], "/go");
    assert.equal(env["GOOS"], undefined);
    assert.equal(env["CGO_CFLAGS"], undefined);
    assert.match(env["GOFLAGS"] ?? "", /^-mod=readonly /);
  });

  it("writes to its own directory alone", async () => {
    const { goEnvironment } = await load<GoBuild>("go-build.mjs");
    const env = goEnvironment({ XDG_CONFIG_HOME: "/home/ada/.config" }, settings, "/work");
    for (const name of ["GOPATH", "GOMODCACHE", "GOCACHE", "GOTMPDIR", "XDG_CONFIG_HOME"]) {
      assert.match(env[name] ?? "", /^\/work\//, name);
    }
  });

  it("takes the modules that the user has from there", async () => {
    const { goEnvironment } = await load<GoBuild>("go-build.mjs");
    using directory = temporaryDirectory();
    const fetched = join(directory.path, "cache", "download");
    writeExecutable(fetched, "module", "exit 0");
    const env = goEnvironment({}, { ...settings, GOMODCACHE: directory.path }, "/work");
    assert.equal(env["GOPROXY"], `${pathToFileURL(fetched).href},https://proxy.example,direct`);
  });
});
