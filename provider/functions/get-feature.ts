import type { Input, InvokeOptions, InvokeOutputOptions, Output } from "@pulumi/pulumi";
import type { StripeFeature } from "../stripe/feature";
import { assertOne } from "./arguments";
import { call, callOutput, type ProgramFunction } from "./call";

/** Names one feature: an active one by its lookup key, or any by its id. */
export type GetFeatureArgs =
  | {
      /** The lookup key of an active feature. */
      readonly lookupKey: string;
      readonly id?: undefined;
    }
  | {
      readonly lookupKey?: undefined;
      /** The id of a feature, `feat_…`, active or archived. */
      readonly id: string;
    };

/** Names one feature: an active one by its lookup key, or any by its id. */
export type GetFeatureOutputArgs =
  | { readonly lookupKey: Input<string>; readonly id?: undefined }
  | { readonly lookupKey?: undefined; readonly id: Input<string> };

/** A feature in Stripe. */
export interface GetFeatureResult {
  /** `feat_…` */
  readonly id: string;
  /** Unique among the active features of the account. */
  readonly lookupKey: string;
  /** The name in the Dashboard. */
  readonly name: string;
  /** The metadata without the entry `pulumi_owner`. */
  readonly metadata: Readonly<Record<string, string>>;
  /** False for an archived feature. */
  readonly active: boolean;
  /** Whether the feature is in live mode. */
  readonly livemode: boolean;
  /**
   * The resource that manages the feature, `<project>/<stack>/<resource name>`, as its metadata
   * says. Absent when the metadata has no such entry.
   */
  readonly owner?: string;
}

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

const fn: ProgramFunction<GetFeatureArgs, GetFeatureResult> = {
  name: "getFeature",
  check: ({ lookupKey, id }) => assertOne("getFeature", { lookupKey, id }),
  answer: async (lookups, { lookupKey, id }) =>
    resultOf(lookupKey === undefined ? await lookups.featureById(id) : await lookups.featureByLookupKey(lookupKey)),
};

/**
 * Returns the feature with its marker as the owner.
 *
 * @internal
 */
export function resultOf({ marker, metadata, ...feature }: StripeFeature): GetFeatureResult {
  return { ...feature, metadata: { ...metadata }, ...(marker !== undefined && { owner: marker }) };
}
