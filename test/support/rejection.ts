import assert from "node:assert/strict";
import { type CatalogError, isCatalogError } from "../../provider/catalog/index";
import { type EntitlementsError, isEntitlementsError } from "../../provider/lifecycle/errors";
import { isStripeError, type StripeError } from "../../provider/stripe/errors";

/** Returns the error that the promise rejects with. Fails the test if it resolves. */
export async function rejection(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise;
  } catch (error) {
    assert.ok(error instanceof Error, `rejected with ${String(error)}, which is not an Error`);
    return error;
  }
  return assert.fail("the promise resolved, but should reject");
}

export async function stripeRejection(promise: Promise<unknown>): Promise<StripeError> {
  const error = await rejection(promise);
  assert.ok(isStripeError(error), `not a StripeError: ${error.stack}`);
  return error;
}

export async function entitlementsRejection(promise: Promise<unknown>): Promise<EntitlementsError> {
  const error = await rejection(promise);
  assert.ok(isEntitlementsError(error), `not an EntitlementsError: ${error.stack}`);
  return error;
}

/** Returns the CatalogError that the call throws. Fails the test if it throws anything else. */
export function catalogRejection(call: () => unknown): CatalogError {
  try {
    call();
  } catch (error) {
    assert.ok(isCatalogError(error), `not a CatalogError: ${String(error)}`);
    return error;
  }
  return assert.fail("the call returned, but should throw");
}
