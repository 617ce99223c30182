import assert from "node:assert/strict";
import { engines } from "pulumi-stripe-entitlements/package.json";
import { oldestNode, requireCurrentNode } from "../../../provider/config/node-version";
import { isEntitlementsError } from "../../../provider/lifecycle/errors";

describe("The version of Node.js", () => {
  it("is asked for in package.json as it is here", () => {
    assert.match(engines.node, new RegExp(`^>=${oldestNode.replace(/\.0$/, "").replaceAll(".", "\\.")}`));
  });

  for (const version of ["22.19.0", "22.19.3", "22.20.0", "23.0.0", "24.1.0", "100.0.0", "24.0.0-nightly2025"]) {
    it(`may be ${version}`, () => requireCurrentNode(version));
  }

  for (const version of ["22.18.9", "22.2.0", "21.99.0", "20.19.5", "18.0.0", "9.99.0"]) {
    it(`may not be ${version}, and the error says what runs, what is needed and where Pulumi takes it from`, () => {
      assert.throws(
        () => requireCurrentNode(version),
        (error) => {
          assert(isEntitlementsError(error));
          assert(error.message.includes(`Node.js ${version} (${process.execPath})`), error.message);
          assert(error.message.includes(oldestNode), error.message);
          assert.match(error.hint ?? "", /PATH/);
          return true;
        },
      );
    });
  }

  it("is that of the process unless said otherwise", () => requireCurrentNode());
});
