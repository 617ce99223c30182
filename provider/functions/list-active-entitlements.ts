import type { Input, InvokeOptions, InvokeOutputOptions, Output } from "@pulumi/pulumi";
import type { StripeActiveEntitlement } from "../stripe/schemas";
import { assertText } from "./arguments";
import { call, callOutput, type ProgramFunction } from "./call";

export interface ListActiveEntitlementsArgs {
  /** The customer's id, `cus_…`. */
  readonly customer: string;
}

export interface ListActiveEntitlementsOutputArgs {
  /** The customer's id, `cus_…`. */
  readonly customer: Input<string>;
}

/** What a customer may use, as Stripe has it. */
export interface ActiveEntitlement {
  /** `ent_…` */
  readonly id: string;
  /** The feature's lookup key. */
  readonly lookupKey: string;
  /** The feature's id, `feat_…`. */
  readonly feature: string;
  /** Whether the entitlement lives in live mode. */
  readonly livemode: boolean;
}

export interface ListActiveEntitlementsResult {
  readonly customer: string;
  /** In Stripe's order. */
  readonly activeEntitlements: readonly ActiveEntitlement[];
}

/**
 * Lists what a customer is entitled to now: one request for every 100. Fails when there is no such customer.
 *
 * For checks at deployment, such as of a customer who is there for that. An application asks Stripe itself.
 *
 * @param opts of no effect but for the mocks of a test: this package's functions need no provider
 */
export function listActiveEntitlements(
  args: ListActiveEntitlementsArgs,
  opts?: InvokeOptions,
): Promise<ListActiveEntitlementsResult> {
  return call(fn, args, opts);
}

/** As {@link listActiveEntitlements}, for arguments that are outputs, and with `dependsOn`. */
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
