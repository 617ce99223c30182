import assert from "node:assert/strict";
import { Output, output, RunError } from "@pulumi/pulumi";
import * as functions from "../../../provider/index";
import { inRun } from "../../support/program-run";
import { rejection } from "../../support/rejection";

/** As JavaScript sees the functions: the compiler refuses what follows. */
const untyped = functions as unknown as Readonly<
  Record<string, (args?: object | null) => Promise<unknown> | Output<unknown>>
>;

describe("The arguments of a program's functions", () => {
  const wrong: readonly [string, object, RegExp][] = [
    ["getFeature", {}, /give one of lookupKey and id/],
    ["getFeature", { lookupKey: "sso", id: "feat_1" }, /give one of lookupKey and id/],
    ["getFeature", { lookupKey: undefined }, /give one of lookupKey and id/],
    ["getFeature", { lookupKey: "" }, /lookupKey must not be empty/],
    ["getFeature", { id: 1 }, /id must be a string/],
    ["getFeature", { lookupKey: output("sso") }, /lookupKey must be a string; for an output there is getFeatureOutput/],
    ["listProductFeatures", {}, /product must be a string/],
    ["listProductFeatures", { product: Promise.resolve("prod_1") }, /there is listProductFeaturesOutput/],
    ["listActiveEntitlements", { customer: "" }, /customer must not be empty/],
    ["listFeatures", { archived: "true" }, /archived must be true or false/],
    ["listProducts", { active: output(true) }, /there is listProductsOutput/],
  ];
  for (const [name, args, reason] of wrong) {
    it(`are refused before anything is read or sent: ${name}(${Object.keys(args)}), ${reason.source}`, async () => {
      const call = async () => untyped[name]?.(args);
      const error = await rejection(inRun({}, call));
      assert(RunError.isInstance(error), error.stack);
      assert(error.message.startsWith(`${name}: `), error.message);
      assert.match(error.message, reason);
    });
  }

  for (const name of ["getFeature", "getFeatureOutput", "listProductFeatures", "listActiveEntitlementsOutput"]) {
    for (const nothing of [undefined, null]) {
      it(`are asked for where there are none at all: ${name}(${nothing})`, async () => {
        const call = async () => settled(untyped[name]?.(nothing));
        const error = await rejection(inRun({}, call));
        assert(RunError.isInstance(error), error.stack);
        assert.match(error.message, /^\w+: (?:give one of lookupKey and id|(?:product|customer) must be a string)\.$/);
      });
    }
  }
});

/** An output is no promise; the one inside fails as it does. */
function settled(result: Promise<unknown> | Output<unknown> | undefined): Promise<unknown> | undefined {
  return Output.isInstance(result) ? (result as unknown as { promise(): Promise<unknown> }).promise() : result;
}
