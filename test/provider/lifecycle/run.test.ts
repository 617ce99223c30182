import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { Run } from "../../../provider/lifecycle/run/run";

const key = "feature sso";
const [ours, theirs] = ["shop/production/sso", "shop/production/single-sign-on"];

describe("What a run remembers of the program", () => {
  it("is who declares an object, so that a second resource with it is told of the first", () => {
    const run = new Run();
    assert.equal(run.declare(key, ours), undefined);
    assert.equal(run.declare(key, theirs), ours);
    assert.equal(run.declare(key, ours), undefined, "a replacement is checked twice");
  });

  it("is no conflict where the stack writes no marker: the names are not known", () => {
    const run = new Run();
    assert.equal(run.declare(key, undefined), undefined);
    assert.equal(run.declare(key, undefined), undefined);
  });

  it("is that a resource had the object before, also when the check of its replacement knows of nothing before", () => {
    const run = new Run();
    run.declare(key, ours, { owner: ours });
    run.declare(key, ours);
    assert.deepEqual(run.hadBefore(key), { owner: ours });
    assert.equal(run.hadBefore("feature other"), undefined);
    run.declare("feature new", ours);
    assert.equal(run.hadBefore("feature new"), undefined);
  });

  it("is whether a line was said", () => {
    const run = new Run();
    assert.deepEqual([run.isNews("a"), run.isNews("a"), run.isNews("b")], [true, false, true]);
  });
});

describe("The first create waits", () => {
  it("until nothing new has been declared for a while, so that what the stack has is known", async () => {
    const run = new Run(500);
    let isOver = false;
    const wait = run.firstHome().then(() => {
      isOver = true;
    });
    for (const key of ["a", "b", "c", "d"]) {
      await sleep(20);
      assert.equal(isOver, false, key);
      run.declare(key, ours);
    }
    await wait;
  });

  it("not at all once an object of the stack is known", async () => {
    const run = new Run(60_000);
    run.livesIn({ account: "acct_ours", livemode: false, feature: "feat_1" });
    await run.firstHome();
  });
});

describe("A delete is reprieved", () => {
  const declared = (owner: string | undefined, before: boolean) => {
    const run = new Run();
    run.declare(key, owner, before ? { owner } : undefined);
    return run;
  };

  it("not when nobody declares the object, as in a destroy", () => {
    assert.equal(new Run().reprieve(key, "feat_1", ours), undefined);
    assert.equal(declared(ours, true).reprieve("feature other", "feat_1", ours), undefined);
  });

  for (const before of [true, false]) {
    it(`as replaced when the very resource declares it, ${before ? "had before" : "checked anew"}`, () => {
      assert.deepEqual(declared(ours, before).reprieve(key, "feat_1", ours), { why: "replaced" });
    });
  }

  it("as replaced where a marker is missing on either side", () => {
    assert.deepEqual(declared(undefined, false).reprieve(key, "feat_1", ours), { why: "replaced" });
    assert.deepEqual(declared(ours, false).reprieve(key, "feat_1", undefined), { why: "replaced" });
  });

  it("as moved when another resource has it since before this run, or has taken it over in this run", () => {
    assert.deepEqual(declared(theirs, true).reprieve(key, "feat_1", ours), { why: "moved", to: theirs });
    const run = declared(theirs, false);
    run.holds(key, "feat_1");
    assert.deepEqual(run.reprieve(key, "feat_1", ours), { why: "moved", to: theirs });
  });

  it("as wanted when another resource declares it and does not hold it", () => {
    assert.deepEqual(declared(theirs, false).reprieve(key, "feat_1", ours), { why: "wanted", by: theirs });
  });

  for (const owner of [ours, theirs]) {
    it(`not when ${owner} declares it and holds another object by now, so that this one is gone`, () => {
      const run = declared(owner, true);
      run.holds(key, "feat_2");
      assert.equal(run.reprieve(key, "feat_1", ours), undefined);
    });
  }
});
