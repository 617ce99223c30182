import { modeOfKey } from "../../../provider/config/settings";
import { findKeyMode } from "../../../provider/lifecycle/account/key-mode";
import type { StripeError } from "../../../provider/stripe/errors";
import { type Check, type Finding, failure, ok, warning } from "../check";

/** The account that the key leads to. */
export const account: Check = {
  name: "account",
  run: async (facts) => {
    const { connection } = facts;
    if (connection === undefined) return [];
    const { settings, stripe } = connection;
    const answer = await facts.account(stripe);
    if (answer.error !== undefined) return refusal(answer.error, settings.account);
    if (settings.account !== undefined && settings.account !== answer.account) {
      const hint = `Use a key of ${settings.account}, or correct stripe-entitlements:account.`;
      return [failure(`The key belongs to ${answer.account}, but the configuration says ${settings.account}`, hint)];
    }
    const mode = modeOfKey(settings.apiKey) ?? (await findKeyMode(stripe));
    return [ok(`The key belongs to ${answer.account}${mode === undefined ? "" : `, ${mode} mode`}`)];
  },
};

function refusal({ kind, message }: StripeError, expected: string | undefined): readonly Finding[] {
  switch (kind) {
    case "connection":
    case "unexpectedAnswer":
      // The check of the network reports these.
      return [];
    case "permission": {
      const hint = "Give the restricted key the permission to read its account.";
      if (expected !== undefined) {
        return [failure(`The key may not read its account, so it cannot be compared with ${expected}`, hint)];
      }
      return [warning("The key may not read its account, so a key of another account is detected late", hint)];
    }
    case "authentication":
      return [failure(`Stripe rejected the key: ${message}`, "Use a valid secret or restricted key.")];
    default:
      return [
        failure(
          `The account cannot be read: ${message}`,
          "Check STRIPE_ACCOUNT and STRIPE_CONTEXT, or try again later.",
        ),
      ];
  }
}
