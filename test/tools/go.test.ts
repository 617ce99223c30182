import assert from "node:assert/strict";
import { join } from "node:path";
import { load, temporaryDirectory, writeExecutable } from "./support/tools";

type Environment = Readonly<Record<string, string | undefined>>;

interface GoModule {
  getGo(env: Environment, work: string): { file: string; toolchain: string };
}

/**
 * Writes a `go` that answers `go env`. GOTOOLCHAIN=local in its environment hides the user's own
 * setting, as in Go.
 */
function writeGo(directory: string, version: string, toolchain = "auto"): void {
  const json = JSON.stringify({ GOVERSION: version, GOPROXY: "off", GOMODCACHE: "", GOTOOLCHAIN: "%s" });
  writeExecutable(directory, "go", `printf '${json}' "\${GOTOOLCHAIN:-${toolchain}}"`);
}

describe("tools: getGo", () => {
  async function get(version: string, toolchain?: string) {
    const { getGo } = await load<GoModule>("go.mjs");
    using directory = temporaryDirectory();
    writeGo(directory.path, version, toolchain);
    const { file, ...go } = getGo({ PATH: directory.path }, join(directory.path, "work"));
    assert.equal(file, join(directory.path, "go"));
    return go.toolchain;
  }

  it("uses a Go that is new enough as it is", async () => {
    assert.equal(await get("go1.26.6", "local"), "local");
    assert.equal(await get("go1.27.0"), "local");
  });

  it("lets an older Go download a newer one", async () => {
    assert.equal(await get("go1.25.11"), "auto");
    assert.equal(await get("go1.21.0", "go1.24.0+auto"), "auto");
  });

  it("rejects an older Go whose GOTOOLCHAIN forbids the download", async () => {
    for (const toolchain of ["local", "path", "go1.25.0+path"]) {
      await assert.rejects(get("go1.25.11", toolchain), ({ message }: Error) => {
        assert.ok(message.includes("go is go1.25.11, older than 1.26.6"), message);
        assert.ok(message.includes(`GOTOOLCHAIN=${toolchain} forbids the download of a newer one`), message);
        assert.ok(message.endsWith("GOTOOLCHAIN=auto allows it."), message);
        return true;
      });
    }
  });

  it("rejects a Go from before toolchain downloads", async () => {
    await assert.rejects(get("go1.20.14"), /go is go1\.20\.14, older than 1\.26\.6\.$/);
  });
});
