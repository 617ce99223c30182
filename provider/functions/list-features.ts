import type { Input, InvokeOptions, InvokeOutputOptions, Output } from "@pulumi/pulumi";
import { listFeatures as fn } from "../lookups/list-features";
import type { ListFeaturesArgs, ListFeaturesResult } from "../lookups/types";
import { call, callOutput } from "./call";

/** The arguments of {@link listFeaturesOutput}. */
export interface ListFeaturesOutputArgs {
  /** `true` lists the archived features instead of the active ones. Default: false. */
  readonly archived?: Input<boolean | undefined>;
}

/**
 * Lists the features in the account and mode of the API key. Sends one request per 100.
 *
 * @remarks
 * Rejects with an `EntitlementsError` when a request fails.
 *
 * @param opts have an effect only in tests with mocks, because the function uses no provider
 */
export function listFeatures(args: ListFeaturesArgs = {}, opts?: InvokeOptions): Promise<ListFeaturesResult> {
  return call(fn, args, opts);
}

/**
 * Lists as {@link listFeatures} does, for arguments that are outputs. At preview the result is
 * unknown while an argument is unknown, or its resource or one in `dependsOn` does not exist.
 */
export function listFeaturesOutput(
  args: ListFeaturesOutputArgs = {},
  opts?: InvokeOutputOptions,
): Output<ListFeaturesResult> {
  return callOutput(fn, { ...args }, opts);
}
