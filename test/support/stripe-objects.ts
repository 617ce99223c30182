/** A feature as Stripe answers it. */
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

/** An attachment as Stripe answers it. */
export function productFeatureBody(fields: Readonly<Record<string, unknown>> = {}) {
  return {
    id: "prodft_1",
    object: "product_feature",
    livemode: false,
    entitlement_feature: featureBody(),
    ...fields,
  };
}

export function errorBody(error: Readonly<Record<string, unknown>>) {
  return { error: { type: "invalid_request_error", ...error } };
}
