import type { Input, InvokeOptions, InvokeOutputOptions, Output } from "@pulumi/pulumi";
import { getFeature as fn } from "../lookups/get-feature";
import type { GetFeatureArgs, GetFeatureResult } from "../lookups/types";
import { call, callOutput } from "./call";

/** Names one feature: an active one by its lookup key, or any by its id. */
export type GetFeatureOutputArgs =
  | { readonly lookupKey: Input<string>; readonly id?: undefined }
  | { readonly lookupKey?: undefined; readonly id: Input<string> };

/**
 * Returns a feature that this program does not manage. Sends one request. Calls at the same time
 * share one list, with one request per 100 features.
 *
 * @remarks
 * Rejects with an `EntitlementsError` when the request fails. Its kind is `missing` when the
 * feature does not exist. For a feature that this program declares, use {@link getFeatureOutput}
 * with the outputs of its resource.
 *
 * Under `pulumi.runtime.setMocks` it sends nothing, and returns what the mocks' `call` returns for
 * the token `stripe-entitlements:index:getFeature`. The other functions have such tokens, too.
 *
 * @example
 * ```ts
 * const sso = await getFeature({ lookupKey: "sso" });
 * new ProductFeature("enterprise-sso", { product: "prod_…", entitlementFeature: sso.id });
 * ```
 *
 * @example
 * A unit test of this program:
 * ```ts
 * pulumi.runtime.setMocks({
 *   newResource: ({ name, inputs }) => ({ id: `${name}-id`, state: inputs }),
 *   call: ({ token, inputs }) => {
 *     if (token !== "stripe-entitlements:index:getFeature") throw new Error(token);
 *     const feature = { name: "A feature", metadata: {}, active: true, livemode: false };
 *     return { id: `feat_${inputs.lookupKey}`, ...feature, ...inputs };
 *   },
 * });
 * ```
 *
 * @param opts have an effect only in tests with mocks, because the function uses no provider
 */
export function getFeature(args: GetFeatureArgs, opts?: InvokeOptions): Promise<GetFeatureResult> {
  return call(fn, args, opts);
}

/**
 * Returns a feature as {@link getFeature} does, for arguments that are outputs. At preview the
 * result is unknown while an argument is unknown, or its resource or one in `dependsOn` does not
 * exist. The function then sends nothing.
 */
export function getFeatureOutput(args: GetFeatureOutputArgs, opts?: InvokeOutputOptions): Output<GetFeatureResult> {
  return callOutput(fn, args, opts);
}
