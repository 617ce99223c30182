import assert from "node:assert/strict";
import { isEntitlementsError } from "../../../../provider/lifecycle/errors";
import { Failures } from "../../../../provider/lifecycle/run/failures";

describe("Failures.assertNone", () => {
  it("returns while no resource has failed", () => new Failures().assertNoFailure("Feature (feat_1)"));

  it("throws after a failure, and names the first resource that failed", () => {
    const failures = new Failures();
    failures.record('Feature "sso" (lookup key "sso")');
    failures.record('Feature "api" (lookup key "api")');
    assert.throws(
      () => failures.assertNoFailure("Feature (feat_1)"),
      (error) => {
        assert.ok(isEntitlementsError(error));
        assert.equal(error.kind, "notDeleted");
        assert.equal(
          error.message,
          'Feature (feat_1): not deleted, because Feature "sso" (lookup key "sso") failed in this run',
        );
        assert.match(error.hint ?? "", /^Nothing was changed\. .*Fix that error and run `pulumi up` again\.$/);
        return true;
      },
    );
  });
});
