import type { Input, InvokeOptions, InvokeOutputOptions, Output } from "@pulumi/pulumi";
import type { StripeActiveEntitlement } from "../stripe/schemas";
import { assertText } from "./arguments";
import { call, callOutput, type ProgramFunction } from "./call";

/** The arguments of {@link listActiveEntitlements}. */
export interface ListActiveEntitlementsArgs {
  /** The customer's id, `cus_…`. */
  readonly customer: string;
}

/** The arguments of {@link listActiveEntitlementsOutput}. */
export interface ListActiveEntitlementsOutputArgs {
  /** The customer's id, `cus_…`. */
  readonly customer: Input<string>;
}

/** A feature that a customer may use. */
export interface ActiveEntitlement {
  /** `ent_…` */
  readonly id: string;
  /** The feature's lookup key. */
  readonly lookupKey: string;
  /** The feature's id, `feat_…`. */
  readonly feature: string;
  /** Whether the entitlement is in live mode. */
  readonly livemode: boolean;
}

/** The result of {@link listActiveEntitlements}. */
export interface ListActiveEntitlementsResult {
  /** The customer's id, `cus_…`. */
  readonly customer: string;
  /** In Stripe's order. */
  readonly activeEntitlements: readonly ActiveEntitlement[];
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

const fn: ProgramFunction<ListActiveEntitlementsArgs, ListActiveEntitlementsResult> = {
  name: "listActiveEntitlements",
  check: ({ customer }) => assertText("listActiveEntitlements", { customer }),
  answer: async (lookups, { customer }) => ({
    customer,
    activeEntitlements: (await lookups.activeEntitlements(customer)).map(resultOf),
  }),
};

function resultOf({ id, lookupKey, feature, livemode }: StripeActiveEntitlement): ActiveEntitlement {
  return { id, lookupKey, feature, livemode };
}
