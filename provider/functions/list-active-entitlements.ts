import type { Input, InvokeOptions, InvokeOutputOptions, Output } from "@pulumi/pulumi";
import { listActiveEntitlements as fn } from "../lookups/list-active-entitlements";
import type { ListActiveEntitlementsArgs, ListActiveEntitlementsResult } from "../lookups/types";
import { call, callOutput } from "./call";

/** The arguments of {@link listActiveEntitlementsOutput}. */
export interface ListActiveEntitlementsOutputArgs {
  /** The customer's id, `cus_…`. */
  readonly customer: Input<string>;
}

/**
 * Lists the features that a customer may use now. Sends one request per 100.
 *
 * It serves checks at deployment, for example of a test customer. Applications should ask Stripe:
 * https://docs.stripe.com/billing/entitlements
 *
 * @remarks
 * Rejects with an `EntitlementsError` when a request fails. Its kind is `missing` when the customer
 * does not exist.
 *
 * @param opts have an effect only in tests with mocks, because the function uses no provider
 */
export function listActiveEntitlements(
  args: ListActiveEntitlementsArgs,
  opts?: InvokeOptions,
): Promise<ListActiveEntitlementsResult> {
  return call(fn, args, opts);
}

/**
 * Lists as {@link listActiveEntitlements} does, for arguments that are outputs. At preview the
 * result is unknown while an argument is unknown, or its resource or one in `dependsOn` does not
 * exist.
 */
export function listActiveEntitlementsOutput(
  args: ListActiveEntitlementsOutputArgs,
  opts?: InvokeOutputOptions,
): Output<ListActiveEntitlementsResult> {
  return callOutput(fn, { ...args }, opts);
}
