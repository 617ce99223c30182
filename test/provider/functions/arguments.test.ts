import assert from "node:assert/strict";
import { inspect } from "node:util";
import { Output, output, RunError } from "@pulumi/pulumi";
import * as entry from "../../../provider/index";
import { inRun } from "../../support/program-run";
import { entitlementsRejection } from "../../support/rejection";

/** The functions as JavaScript sees them: the compiler rejects these calls. */
const untyped = entry as unknown as Readonly<
  Record<string, (args?: object | null) => Promise<unknown> | Output<unknown>>
>;

/** Returns the error of a call. It must be one that Pulumi prints without a stack trace. */
async function argumentError(name: string, args: object | null | undefined) {
  const error = await entitlementsRejection(inRun({}, async () => settled(untyped[name]?.(args))));
  assert.ok(RunError.isInstance(error), error.stack);
  assert.equal(error.kind, "invalidArgument");
  return error;
}

/** Returns the promise inside an output, which rejects as the output fails. */
function settled(result: Promise<unknown> | Output<unknown> | undefined): Promise<unknown> | undefined {
  return Output.isInstance(result) ? (result as unknown as { promise(): Promise<unknown> }).promise() : result;
}

describe("The arguments of a function", () => {
  const invalid: readonly [string, object, string][] = [
    ["getFeature", {}, "give one of lookupKey and id"],
    ["getFeature", { lookupKey: "sso", id: "feat_1" }, "give one of lookupKey and id"],
    ["getFeature", { lookupKey: undefined, id: undefined }, "give one of lookupKey and id"],
    ["getFeature", { lookupKey: "" }, "lookupKey must not be empty"],
    ["getFeature", { id: 1 }, "id must be a string"],
    ["listProductFeatures", {}, "product must be a string"],
    ["listActiveEntitlements", { customer: "" }, "customer must not be empty"],
    ["listFeatures", { archived: "true" }, "archived must be true or false"],
  ];
  for (const [name, args, issue] of invalid) {
    it(`are rejected before a setting is read: ${name}(${inspect(args)})`, async () => {
      assert.equal((await argumentError(name, args)).message, `${name}: ${issue}`);
    });
  }

  const later: readonly [string, object, string][] = [
    ["getFeature", { lookupKey: output("sso") }, "lookupKey must be a string"],
    ["listProductFeatures", { product: Promise.resolve("prod_1") }, "product must be a string"],
    ["listProducts", { active: output(true) }, "active must be true or false"],
  ];
  for (const [name, args, issue] of later) {
    it(`are rejected with a hint at ${name}Output when one is an output or a promise`, async () => {
      const error = await argumentError(name, args);
      assert.equal(error.hint, `Use ${name}Output for an output.`);
      assert.equal(error.message, `${name}: ${issue}\n${error.hint}`);
    });
  }

  for (const name of ["getFeature", "getFeatureOutput", "listProductFeatures", "listActiveEntitlementsOutput"]) {
    for (const nothing of [undefined, null]) {
      it(`are rejected when they are absent: ${name}(${nothing})`, async () => {
        const { message } = await argumentError(name, nothing);
        assert.match(message, /^\w+: (?:give one of lookupKey and id|(?:product|customer) must be a string)$/);
      });
    }
  }
});
