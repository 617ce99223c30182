import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { KnownAccounts } from "../../../../provider/lifecycle/account/known-accounts";
import { ProgramActivity } from "../../../../provider/lifecycle/run/program-activity";

const ours = { account: "acct_ours", livemode: false, feature: "feat_1" };

describe("KnownAccounts.record", () => {
  it("keeps each account and mode once, with a feature where one is known", () => {
    const accounts = new KnownAccounts(new ProgramActivity());
    const withoutFeature = { ...ours, feature: undefined };
    accounts.record("A", withoutFeature);
    accounts.record("A", withoutFeature);
    accounts.record("B", ours);
    accounts.record("C", { ...ours, feature: "feat_2" });
    accounts.record("D", { ...ours, livemode: true });
    assert.deepEqual(accounts.all, [withoutFeature, ours, { ...ours, livemode: true }]);
  });

  it("keeps nothing of an imported object whose state knows nothing", () => {
    const accounts = new KnownAccounts(new ProgramActivity());
    accounts.record("A", { feature: undefined });
    assert.deepEqual(accounts.all, []);
  });
});

describe("KnownAccounts.findResourcesIn", () => {
  it("names at most three resources of an account or mode, each once", () => {
    const accounts = new KnownAccounts(new ProgramActivity());
    for (const name of ["A", "A", "B", "C", "D", "E"]) accounts.recordResource(name, ours);
    accounts.record("F", { account: "acct_other", livemode: true, feature: undefined });
    assert.equal(accounts.findResourcesIn("acct_ours"), "A, B, C and 2 more");
    assert.equal(accounts.findResourcesIn("test"), "A, B, C and 2 more");
    assert.equal(accounts.findResourcesIn("live"), "F");
    assert.equal(accounts.findResourcesIn("acct_unknown"), undefined);
  });
});

describe("KnownAccounts.waitForFirst", () => {
  it("waits until no new resource has been declared for the quiet period", async () => {
    const activity = new ProgramActivity(500);
    const accounts = new KnownAccounts(activity);
    let isOver = false;
    const wait = accounts.waitForFirst().then(() => {
      isOver = true;
    });
    for (const key of ["a", "b", "c", "d"]) {
      await sleep(20);
      assert.equal(isOver, false, key);
      activity.note();
    }
    await wait;
  });

  it("resolves after one second at most while the program keeps declaring resources", async () => {
    const activity = new ProgramActivity(200);
    const accounts = new KnownAccounts(activity);
    const declaring = setInterval(() => activity.note(), 20);
    const started = performance.now();
    await accounts.waitForFirst();
    clearInterval(declaring);
    const waited = performance.now() - started;
    assert.ok(waited >= 990, `${waited} ms`);
  });

  it("resolves at once when an account is known", async () => {
    const accounts = new KnownAccounts(new ProgramActivity(60_000));
    accounts.record("A", ours);
    await accounts.waitForFirst();
  });
});
