import assert from "node:assert/strict";
import { load } from "./support/tools";

type Packages = Readonly<Record<string, { version?: string; optional?: boolean }>>;

interface Dependencies {
  isInstalled(locked: Packages, installed: Packages): boolean;
}

describe("set-up: whether the npm packages are installed", () => {
  const root = { version: "0.1.0" };
  const zod = { version: "4.6.7" };

  it("holds when every locked package is there in its version", async () => {
    const { isInstalled } = await load<Dependencies>("dependencies.mjs");
    assert.equal(isInstalled({ "": root, "node_modules/zod": zod }, { "node_modules/zod": zod }), true);
  });

  it("does not hold for a missing package or another version", async () => {
    const { isInstalled } = await load<Dependencies>("dependencies.mjs");
    const locked = { "": root, "node_modules/zod": zod };
    assert.equal(isInstalled(locked, {}), false);
    assert.equal(isInstalled(locked, { "node_modules/zod": { version: "4.6.6" } }), false);
  });

  it("lets optional packages be missing: they are for other platforms", async () => {
    const { isInstalled } = await load<Dependencies>("dependencies.mjs");
    const locked = { "node_modules/fsevents": { version: "2.3.3", optional: true } };
    assert.equal(isInstalled(locked, {}), true);
    assert.equal(isInstalled(locked, { "node_modules/fsevents": { version: "2.3.2" } }), false);
  });
});
