import { z } from "zod";

/** Accepts every object of Stripe. */
export const anyObject = z.looseObject({ id: z.string() });

/** Returns a feature in the form of Stripe's API. */
export function featureBody(fields: Readonly<Record<string, unknown>> = {}) {
  return {
    id: "feat_test_1",
    object: "entitlements.feature",
    active: true,
    livemode: false,
    lookup_key: "sso",
    metadata: {},
    name: "Single sign-on",
    ...fields,
  };
}

/** Returns an attachment in the form of Stripe's API. */
export function productFeatureBody(fields: Readonly<Record<string, unknown>> = {}) {
  return {
    id: "prodft_1",
    object: "product_feature",
    livemode: false,
    entitlement_feature: featureBody(),
    ...fields,
  };
}

/** Returns the body of an error, of type `invalid_request_error` by default. */
export function errorBody(error: Readonly<Record<string, unknown>>) {
  return { error: { type: "invalid_request_error", ...error } };
}
