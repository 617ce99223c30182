import assert from "node:assert/strict";
import { isLoopback } from "../../../provider/stripe/loopback";

describe("isLoopback", () => {
  for (const [host, expected] of [
    ["localhost", true],
    ["127.0.0.1", true],
    ["127.1.2.3", true],
    ["[::1]", true],
    ["api.stripe.com", false],
    ["localhost.example", false],
    ["127.0.0.1.example", false],
    ["10.0.0.1", false],
    ["[::2]", false],
  ] as const) {
    it(`returns ${expected} for ${host}`, () => {
      assert.equal(isLoopback(new URL(`http://${host}:12111/v1`)), expected);
    });
  }
});
