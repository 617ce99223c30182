import assert from "node:assert/strict";
import { type CustomResource, Output, output, runtime, secret } from "@pulumi/pulumi";
import { Feature } from "../../../provider/index";
import { isKnown, isSecret, isUnknown, knownValue } from "../../../provider/preview/outputs";
import { run } from "../../support/mocked-program";

type Properties = CustomResource & Readonly<Record<string, unknown>>;

/** Returns a Feature as the engine answers it in a preview. Its name gets its value at `up`. */
function previewed(): Promise<Properties> {
  const later = output(runtime.unknownValue).apply((value) => value);
  return run(() => new Feature("sso", { lookupKey: secret("sso"), name: later }) as unknown as Properties, {
    preview: true,
  });
}

describe("The outputs of a resource in a preview", () => {
  it("are known, get their value later, or have none", async () => {
    const { lookupKey, name, metadata, adopt } = await previewed();
    assert.ok(Output.isInstance(metadata));
    const facts = [lookupKey, name, metadata, adopt].map(async (property) => [
      await isKnown(property),
      await isUnknown(property),
    ]);
    assert.deepEqual(await Promise.all(facts), [
      [true, false],
      [false, true],
      [false, false],
      [false, false],
    ]);
  });

  it("show their values and which of them are secrets", async () => {
    const { lookupKey, name, metadata } = await previewed();
    assert.deepEqual(await Promise.all([lookupKey, name, metadata].map(knownValue)), ["sso", undefined, undefined]);
    assert.deepEqual(await Promise.all([lookupKey, name, metadata].map(isSecret)), [true, false, false]);
  });
});
