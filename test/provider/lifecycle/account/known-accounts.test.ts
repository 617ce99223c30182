import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { KnownAccounts } from "../../../../provider/lifecycle/account/known-accounts";
import { ProgramActivity } from "../../../../provider/lifecycle/run/program-activity";

const ours = { account: "acct_ours", livemode: false, feature: "feat_1" };

describe("KnownAccounts.record", () => {
  it("keeps each account and mode once, with a feature where one is known", () => {
    const accounts = new KnownAccounts(new ProgramActivity());
    const withoutFeature = { ...ours, feature: undefined };
    accounts.record(withoutFeature);
    accounts.record(withoutFeature);
    accounts.record(ours);
    accounts.record({ ...ours, feature: "feat_2" });
    accounts.record({ ...ours, livemode: true });
    assert.deepEqual(accounts.all, [withoutFeature, ours, { ...ours, livemode: true }]);
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
    accounts.record(ours);
    await accounts.waitForFirst();
  });
});
