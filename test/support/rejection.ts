import assert from "node:assert/strict";
import { type CatalogError, isCatalogError } from "../../provider/catalog/index";
import { type EntitlementsError, isEntitlementsError } from "../../provider/lifecycle/errors";
import { isStripeError, type StripeError } from "../../provider/stripe/errors";

/** What the promise is rejected with; fails the test when it is fulfilled. */
export async function rejection(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise;
  } catch (error) {
    assert(error instanceof Error, `rejected with ${String(error)}, which is no Error`);
    return error;
  }
  return assert.fail("was to be rejected");
}

export async function stripeRejection(promise: Promise<unknown>): Promise<StripeError> {
  const error = await rejection(promise);
  assert(isStripeError(error), `not an error of the Stripe client: ${error.stack}`);
  return error;
}

export async function entitlementsRejection(promise: Promise<unknown>): Promise<EntitlementsError> {
  const error = await rejection(promise);
  assert(isEntitlementsError(error), `not an error for the user: ${error.stack}`);
  return error;
}

/** What the call throws; fails the test when it is no error of the catalog. */
export function catalogRejection(call: () => unknown): CatalogError {
  try {
    call();
  } catch (error) {
    assert(isCatalogError(error), `not an error of the catalog: ${String(error)}`);
    return error;
  }
  return assert.fail("was to throw");
}
