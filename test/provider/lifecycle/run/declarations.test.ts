import assert from "node:assert/strict";
import { Declarations } from "../../../../provider/lifecycle/run/declarations";

const key = "sso";
const [ours, theirs] = ["shop/production/sso", "shop/production/single-sign-on"];

describe("Declarations.record", () => {
  it("returns the first resource that declares the object to a second one", () => {
    const declarations = new Declarations();
    assert.equal(declarations.record(key, { owner: ours }), undefined);
    assert.equal(declarations.record(key, { owner: theirs }), ours);
  });

  it("accepts the same resource twice, as a replacement is checked", () => {
    const declarations = new Declarations();
    declarations.record(key, { owner: ours });
    declarations.record(key, { owner: theirs });
    assert.equal(declarations.record(key, { owner: ours }), undefined);
  });

  it("finds no second resource where the stack writes no markers", () => {
    const declarations = new Declarations();
    assert.equal(declarations.record(key, { owner: undefined }), undefined);
    assert.equal(declarations.record(key, { owner: undefined }), undefined);
  });
});

describe("Declarations.isDeclared", () => {
  it("is true for an object that a resource declares, also without a marker", () => {
    const declarations = new Declarations();
    declarations.record(key, { owner: undefined });
    assert.deepEqual([declarations.isDeclared(key), declarations.isDeclared("saml")], [true, false]);
  });
});

describe("Declarations.findPrevious", () => {
  it("returns the previous declaration also after the second check of a replacement", () => {
    const declarations = new Declarations();
    declarations.record(key, { owner: ours }, { owner: ours });
    declarations.record(key, { owner: ours });
    assert.deepEqual(declarations.findPrevious(key), { owner: ours });
  });

  it("returns undefined for an object that is new in this run, or not declared", () => {
    const declarations = new Declarations();
    declarations.record(key, { owner: ours }, { owner: ours });
    declarations.record("new", { owner: ours });
    assert.equal(declarations.findPrevious("new"), undefined);
    assert.equal(declarations.findPrevious("other"), undefined);
  });
});

describe("Declarations.isPending", () => {
  it("is true for a declared object from its first declaration until it is managed", () => {
    const declarations = new Declarations();
    assert.equal(declarations.isPending(key), false);
    declarations.record(key, { owner: ours });
    assert.equal(declarations.isPending(key), true);
    declarations.recordManagedId(key, "feat_1");
    assert.equal(declarations.isPending(key), false);
  });

  it("is false for an object that the resource had before", () => {
    const declarations = new Declarations();
    declarations.record(key, { owner: ours }, { owner: ours });
    assert.equal(declarations.isPending(key), false);
  });
});

describe("Declarations.findKeepReason", () => {
  /**
   * Returns a record with one declared object, which the resource may have declared in the last run
   * already.
   */
  const declaredBy = (owner: string | undefined, before: boolean) => {
    const declarations = new Declarations();
    declarations.record(key, { owner }, before ? { owner } : undefined);
    return declarations;
  };

  it("returns undefined for an object that is not declared, as in a destroy", () => {
    assert.equal(new Declarations().findKeepReason(key, "feat_1", ours), undefined);
    assert.equal(declaredBy(ours, true).findKeepReason("other", "feat_1", ours), undefined);
  });

  for (const before of [true, false]) {
    const when = before ? "again" : "for the first time";
    it(`returns "replaced" for the resource that declares it, ${when}`, () => {
      const reason = declaredBy(ours, before).findKeepReason(key, "feat_1", ours);
      assert.deepEqual(reason, { why: "replaced", isManaged: before, owner: ours, adopt: undefined });
    });
  }

  it('returns "replaced" where one of the two resources has no marker', () => {
    const replaced = { why: "replaced", isManaged: false, adopt: undefined };
    const unmarked = declaredBy(undefined, false).findKeepReason(key, "feat_1", ours);
    assert.deepEqual(unmarked, { ...replaced, owner: undefined });
    assert.deepEqual(declaredBy(ours, false).findKeepReason(key, "feat_1", undefined), { ...replaced, owner: ours });
  });

  it('returns "moved" when another resource has declared it since before this run', () => {
    assert.deepEqual(declaredBy(theirs, true).findKeepReason(key, "feat_1", ours), { why: "moved", to: theirs });
  });

  it('returns "moved" when another resource adopted it in this run', () => {
    const declarations = declaredBy(theirs, false);
    declarations.recordManagedId(key, "feat_1");
    assert.deepEqual(declarations.findKeepReason(key, "feat_1", ours), { why: "moved", to: theirs });
  });

  it('returns "notAdopted" when another resource declares it and does not manage it', () => {
    assert.deepEqual(declaredBy(theirs, false).findKeepReason(key, "feat_1", ours), {
      why: "notAdopted",
      by: theirs,
      adopt: undefined,
    });
  });

  for (const [who, owner] of [
    ["the same resource", ours],
    ["another resource", theirs],
  ] as const) {
    it(`returns undefined when ${who} declares it and manages a new object instead`, () => {
      const declarations = declaredBy(owner, true);
      declarations.recordManagedId(key, "feat_2");
      assert.equal(declarations.findKeepReason(key, "feat_1", ours), undefined);
    });
  }
});

describe("Declarations.mayHave", () => {
  it("is true for an id that is not known yet, and for the one that the resource has", () => {
    const declarations = new Declarations();
    assert.equal(declarations.mayHave("sso", "feat_1"), false);
    declarations.record("sso", { owner: "shop/production/sso" });
    assert.equal(declarations.mayHave("sso", "feat_1"), true);
    declarations.recordHeldId("sso", "feat_1");
    assert.deepEqual([declarations.mayHave("sso", "feat_1"), declarations.mayHave("sso", "feat_2")], [true, false]);
    declarations.recordManagedId("sso", "feat_2");
    assert.deepEqual([declarations.mayHave("sso", "feat_1"), declarations.mayHave("sso", "feat_2")], [false, true]);
  });
});
