import assert from "node:assert/strict";
import { engines } from "pulumi-stripe-entitlements/package.json";
import { assertCurrentNode, oldestNode } from "../../../provider/config/node-version";
import { isEntitlementsError } from "../../../provider/lifecycle/errors";

describe("oldestNode", () => {
  it("is the version in package.json", () => {
    assert.match(engines.node, new RegExp(`^>=${oldestNode.replace(/\.0$/, "").replaceAll(".", "\\.")}`));
  });
});

describe("assertCurrentNode", () => {
  for (const version of ["22.19.0", "22.19.3", "22.20.0", "23.0.0", "24.1.0", "100.0.0", "24.0.0-nightly2025"]) {
    it(`accepts ${version}`, () => assertCurrentNode(version));
  }

  for (const version of ["22.18.9", "22.2.0", "21.99.0", "20.19.5", "18.0.0", "9.99.0"]) {
    it(`rejects ${version}, and names both versions and the place of the running one`, () => {
      assert.throws(
        () => assertCurrentNode(version),
        (error) => {
          assert.ok(isEntitlementsError(error));
          assert.equal(error.kind, "configuration");
          assert.ok(error.message.includes(`Node.js ${version} (${process.execPath})`), error.message);
          assert.ok(error.message.includes(oldestNode), error.message);
          assert.match(error.hint ?? "", /PATH/);
          return true;
        },
      );
    });
  }

  it("checks the running version by default", () => assertCurrentNode());
});
