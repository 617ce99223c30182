import assert from "node:assert/strict";
import { runtime } from "@pulumi/pulumi";
import { unknownValue } from "../../../provider/lifecycle/inputs";
import { fromStruct, hasUnknown, rawProperties, toStruct, toStructLike } from "../../../provider/plugin/wire";

const values = { text: "a", number: 1.5, yes: true, nothing: null, list: ["a", { b: 1 }], map: { a: { b: "c" } } };
const secret = (value: unknown) => ({ [runtime.specialSigKey]: runtime.specialSecretSig, value });

describe("The encoding of properties", () => {
  it("keeps values of all types, and leaves out those that are undefined", () => {
    const withUndefined = { ...values, missing: undefined, map: { a: { b: "c", d: undefined } } };
    assert.deepEqual(fromStruct(toStruct(withUndefined)), values);
    assert.deepEqual(fromStruct(undefined), {});
  });

  it("unwraps secrets and outputs at any depth, as the engine sends them", () => {
    const output = { [runtime.specialSigKey]: runtime.specialOutputValueSig };
    const struct = toStruct({
      apiKey: secret("sk_test_made_up"),
      metadata: { team: secret("a") },
      later: output,
      known: { ...output, value: "b" },
    });
    assert.deepEqual(fromStruct(struct), {
      apiKey: "sk_test_made_up",
      metadata: { team: "a" },
      later: unknownValue,
      known: "b",
    });
  });

  it("marks values as secrets where those of the inputs are, at any depth", () => {
    const inputs = toStruct({ name: secret("SSO"), metadata: { team: secret("a"), tier: "1" }, tags: [secret("x")] });
    const outputs = { name: "SSO", metadata: { team: "a", tier: "1", by: "hand" }, tags: ["x"], active: true };
    assert.deepEqual(rawProperties(toStructLike(outputs, inputs)), {
      name: secret("SSO"),
      metadata: { team: secret("a"), tier: "1", by: "hand" },
      tags: secret(["x"]),
      active: true,
    });
    const whole = toStruct({ metadata: secret({ team: "a" }) });
    assert.deepEqual(rawProperties(toStructLike(outputs, whole))["metadata"], secret(outputs.metadata));
  });

  it("reads the unknown values of all types as one", () => {
    // UnknownBoolValue, UnknownNumberValue, UnknownArrayValue and UnknownObjectValue of Pulumi's
    // sdk/go/common/resource/sig
    const others = [
      "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
      "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
      "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
      "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
    ];
    for (const text of [runtime.unknownValue, ...others]) {
      assert.deepEqual(fromStruct(toStruct({ a: text })), { a: unknownValue });
    }
  });

  it("finds an unknown value at any depth", () => {
    assert.equal(hasUnknown({ a: [{ b: unknownValue }] }), true);
    assert.equal(hasUnknown(values), false);
  });
});
