import assert from "node:assert/strict";
import { existsSync, readdirSync, rmSync } from "node:fs";
import { findEngine } from "../../provider/processes";
import { AnnouncementFolder } from "../../provider/processes/folder";
import { type Engine, startEngine, startTwoProcesses, stopEngines, timeout } from "../support/engine";
import { type PackageForm, packageForms } from "../support/package-forms";
import { engineRejection } from "../support/provider-process";
import { engineAddress } from "../support/provider-processes";

const sso = { lookupKey: "sso", name: "Single sign-on", owner: "shop/production/sso" };

describe("Two provider processes of one run", function () {
  this.timeout(timeout);
  let form: PackageForm;
  let engine: Engine;

  before(async () => {
    form = await packageForms.installed();
    engine = await startEngine(form);
  });

  after(stopEngines);

  /** Moves a feature from the first process to the second. */
  async function move(address?: string) {
    const [first, second] = await startTwoProcesses(form, engine, address);
    assert.ok(first !== undefined && second !== undefined);
    const inputs = form.feature(sso);
    const old = await engine.provider.create(inputs);
    await second.check({}, inputs);
    assert.equal((await second.create(inputs)).id, old.id);
    return { first, second, old };
  }

  afterEach(() => {
    for (const { id } of engine.dashboard.features({ archived: false })) engine.dashboard.archiveFeature(id);
  });

  it("keep what the other one declares", async () => {
    const { first, old } = await move();
    await first.delete(old.id, old.outs);
    assert.equal(engine.dashboard.feature(old.id)?.active, true);
    assert.match((await first.stop()).stdout, /is still declared\. It is kept\.$/);
  });

  it("archive nothing after one of them was killed", async () => {
    const { first, second, old } = await move();
    await second.end("SIGKILL");
    const error = await engineRejection(first.delete(old.id, old.outs));
    assert.match(
      error.message,
      /: not deleted, because another provider process of this run \(process \d+\) has ended/,
    );
    assert.equal(engine.dashboard.feature(old.id)?.active, true);
  });

  it("leave nothing behind when the engine ends them, as at the end of a run", async () => {
    const { first, second, old } = await move();
    await second.end("SIGINT");
    await first.delete(old.id, old.outs);
    assert.equal(engine.dashboard.feature(old.id)?.active, false);
  });

  it("remove their files and the folder at an interrupt, and leave them at another signal", async () => {
    for (const [signal, files] of [
      ["SIGINT", undefined],
      ["SIGTERM", 2],
      ["SIGKILL", 2],
    ] as const) {
      const address = engineAddress();
      const { path } = new AnnouncementFolder(findEngine([address]) ?? "");
      const { first, second, old } = await move(address);
      // A process that asks has a file, too.
      await first.delete(old.id, old.outs);
      for (const each of [first, second]) await each.end(signal);
      assert.equal(existsSync(path) ? readdirSync(path).length : undefined, files, signal);
      rmSync(path, { recursive: true, force: true });
      engine.dashboard.archiveFeature(old.id);
    }
  });
});
