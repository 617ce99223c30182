import type { Input, InvokeOptions, InvokeOutputOptions, Output } from "@pulumi/pulumi";
import { assertBoolean } from "./arguments";
import { call, callOutput, type ProgramFunction } from "./call";
import { type GetFeatureResult, resultOf } from "./get-feature";

export interface ListFeaturesArgs {
  /** `true` lists the archived features instead of the active ones. Default: false. */
  readonly archived?: boolean | undefined;
}

export interface ListFeaturesOutputArgs {
  /** `true` lists the archived features instead of the active ones. Default: false. */
  readonly archived?: Input<boolean | undefined>;
}

export interface ListFeaturesResult {
  /** In Stripe's order. */
  readonly features: readonly GetFeatureResult[];
}

/**
 * Lists the features of the account and mode that the API key belongs to: one request for every 100.
 *
 * @param opts of no effect but for the mocks of a test: this package's functions need no provider
 */
export function listFeatures(args: ListFeaturesArgs = {}, opts?: InvokeOptions): Promise<ListFeaturesResult> {
  return call(fn, args, opts);
}

/** As {@link listFeatures}, for arguments that are outputs, and with `dependsOn`. */
export function listFeaturesOutput(
  args: ListFeaturesOutputArgs = {},
  opts?: InvokeOutputOptions,
): Output<ListFeaturesResult> {
  return callOutput(fn, { ...args }, opts);
}

const fn: ProgramFunction<ListFeaturesArgs, ListFeaturesResult> = {
  name: "listFeatures",
  check: ({ archived }) => assertBoolean("listFeatures", { archived }),
  answer: async (lookups, { archived = false }) => ({ features: (await lookups.features(archived)).map(resultOf) }),
};
