import type { Input, InvokeOptions, InvokeOutputOptions, Output } from "@pulumi/pulumi";
import type { StripeFeature } from "../stripe/feature";
import { assertOne } from "./arguments";
import { call, callOutput, type ProgramFunction } from "./call";

/** Which feature: by its lookup key, among the active ones, or by its id, archived ones too. */
export type GetFeatureArgs =
  | { readonly lookupKey: string; readonly id?: undefined }
  | { readonly lookupKey?: undefined; readonly id: string };

/** Which feature: by its lookup key, among the active ones, or by its id, archived ones too. */
export type GetFeatureOutputArgs =
  | { readonly lookupKey: Input<string>; readonly id?: undefined }
  | { readonly lookupKey?: undefined; readonly id: Input<string> };

/** A feature as Stripe has it. */
export interface GetFeatureResult {
  /** `feat_…` */
  readonly id: string;
  readonly lookupKey: string;
  readonly name: string;
  /** Without the entry by which the provider recognises its own features. */
  readonly metadata: Readonly<Record<string, string>>;
  /** False for an archived feature. */
  readonly active: boolean;
  /** Whether the feature lives in live mode. */
  readonly livemode: boolean;
  /** `<project>/<stack>/<resource name>` of the resource that manages the feature, as its metadata says; absent where nothing does. */
  readonly owner?: string;
}

/**
 * Looks a feature up that this program does not manage. One request; many calls that come together are answered from one list.
 *
 * Fails when there is none: for what the program may have to make first, use {@link getFeatureOutput} with the outputs of its resource. Under
 * `pulumi.runtime.setMocks` nothing is sent: the `call` of the mocks is asked for `stripe-entitlements:index:getFeature`, as it is for every
 * function of this package by its name.
 *
 * @example
 * ```ts
 * const sso = await getFeature({ lookupKey: "sso" });
 * new ProductFeature("enterprise-sso", { product: "prod_…", entitlementFeature: sso.id });
 * ```
 *
 * @example
 * A unit test of such a program:
 * ```ts
 * pulumi.runtime.setMocks({
 *   newResource: ({ name, inputs }) => ({ id: `${name}-id`, state: inputs }),
 *   call: ({ token, inputs }) => {
 *     if (token !== "stripe-entitlements:index:getFeature") throw new Error(`unexpected: ${token}`);
 *     return { id: `feat_${inputs.lookupKey}`, name: "A feature", metadata: {}, active: true, livemode: false, ...inputs };
 *   },
 * });
 * ```
 *
 * @param opts of no effect but for the mocks of a test: this package's functions need no provider
 */
export function getFeature(args: GetFeatureArgs, opts?: InvokeOptions): Promise<GetFeatureResult> {
  return call(fn, args, opts);
}

/**
 * As {@link getFeature}, for arguments that are outputs. At preview the result is unknown while an argument, the resource it comes from, or one in
 * `dependsOn` is not there yet.
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
 * Returns the feature as the functions of this package show it.
 *
 * @internal
 */
export function resultOf({ marker, metadata, ...feature }: StripeFeature): GetFeatureResult {
  return { ...feature, metadata: { ...metadata }, ...(marker !== undefined && { owner: marker }) };
}
