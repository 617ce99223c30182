import assert from "node:assert/strict";
import { RunError } from "@pulumi/pulumi";
import { type EntitlementsError, isEntitlementsError } from "../../../provider/index";
import { type Config, inRun } from "../../support/program-run";
import { rejection } from "../../support/rejection";

/**
 * Returns the error that a program with this configuration rejects with. Fails the test unless it
 * is an EntitlementsError that Pulumi prints without a stack trace, and holds no key.
 */
export async function programRejection(config: Config, program: () => Promise<unknown>): Promise<EntitlementsError> {
  const error = await rejection(inRun(config, program));
  assert.ok(isEntitlementsError(error), `not an EntitlementsError: ${error.stack}`);
  assert.equal(RunError.isInstance(error), true);
  assert.doesNotMatch(error.message, /[sr]k_(?:test|live)_\w/);
  return error;
}
