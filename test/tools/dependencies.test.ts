import assert from "node:assert/strict";
import { load } from "./support/tools";

type Packages = Readonly<Record<string, { version?: string; optional?: boolean }>>;

interface Dependencies {
  isInstalled(locked: Packages, installed: Packages): boolean;
}

describe("tools: isInstalled", () => {
  const root = { version: "0.1.0" };
  const zod = { version: "4.6.7" };

  it("is true when every locked package is installed in its version", async () => {
    const { isInstalled } = await load<Dependencies>("dependencies.mjs");
    assert.equal(isInstalled({ "": root, "node_modules/zod": zod }, { "node_modules/zod": zod }), true);
  });

  it("is false when a package is missing or has another version", async () => {
    const { isInstalled } = await load<Dependencies>("dependencies.mjs");
    const locked = { "": root, "node_modules/zod": zod };
    assert.equal(isInstalled(locked, {}), false);
    assert.equal(isInstalled(locked, { "node_modules/zod": { version: "4.6.6" } }), false);
  });

  it("accepts that an optional package is missing, because it may be for another platform", async () => {
    const { isInstalled } = await load<Dependencies>("dependencies.mjs");
    const locked = { "node_modules/fsevents": { version: "2.3.3", optional: true } };
    assert.equal(isInstalled(locked, {}), true);
    assert.equal(isInstalled(locked, { "node_modules/fsevents": { version: "2.3.2" } }), false);
  });
});
