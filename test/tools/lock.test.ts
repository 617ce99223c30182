import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { load, temporaryDirectory } from "./support/tools";

interface Lock {
  ensure(thing: {
    cache: string;
    key: string;
    find: () => string | undefined;
    make: () => Promise<void>;
  }): Promise<string>;
}

describe("tools: ensure", () => {
  it("makes and locks nothing when the thing exists", async () => {
    const { ensure } = await load<Lock>("lock.mjs");
    using directory = temporaryDirectory();
    const make = () => Promise.reject(new Error("made a second time"));
    assert.equal(await ensure({ cache: directory.path, key: "thing", find: () => "here", make }), "here");
    assert.deepEqual(readdirSync(directory.path), []);
  });

  it("takes over the lock of a killed process", async () => {
    const { ensure } = await load<Lock>("lock.mjs");
    using directory = temporaryDirectory();
    const file = join(directory.path, "thing");
    const lock = join(directory.path, "locks", "thing");
    mkdirSync(lock, { recursive: true });
    const minuteAgo = new Date(Date.now() - 60_000);
    utimesSync(lock, minuteAgo, minuteAgo);
    const make = async () => writeFileSync(file, "");
    const find = () => (existsSync(file) ? file : undefined);
    assert.equal(await ensure({ cache: directory.path, key: "thing", find, make }), file);
    assert.equal(existsSync(lock), false);
  });

  it("lets one process take over a stale lock while the others wait", async () => {
    const { ensure } = await load<Lock>("lock.mjs");
    using directory = temporaryDirectory();
    const file = join(directory.path, "thing");
    const lock = join(directory.path, "locks", "thing");
    mkdirSync(lock, { recursive: true });
    const minuteAgo = new Date(Date.now() - 60_000);
    utimesSync(lock, minuteAgo, minuteAgo);
    let made = 0;
    const find = () => (existsSync(file) ? file : undefined);
    const make = async () => {
      made++;
      await sleep(50);
      writeFileSync(file, "");
    };
    const thing = { cache: directory.path, key: "thing", find, make };
    await Promise.all(Array.from({ length: 5 }, () => ensure(thing)));
    assert.equal(made, 1);
    assert.deepEqual(readdirSync(join(directory.path, "locks")), []);
  });

  it("releases the lock after a failure", async () => {
    const { ensure } = await load<Lock>("lock.mjs");
    using directory = temporaryDirectory();
    const failing = {
      cache: directory.path,
      key: "thing",
      find: () => undefined,
      make: () => Promise.reject(new Error("no network")),
    };
    await assert.rejects(ensure(failing), /no network/);
    await assert.rejects(ensure(failing), /no network/);
  });

  it("succeeds when another process made the thing while its own attempt failed", async () => {
    const { ensure } = await load<Lock>("lock.mjs");
    using directory = temporaryDirectory();
    const file = join(directory.path, "thing");
    const make = async () => {
      writeFileSync(file, "");
      throw new Error("the other process was faster");
    };
    const find = () => (existsSync(file) ? file : undefined);
    assert.equal(await ensure({ cache: directory.path, key: "thing", find, make }), file);
  });
});
