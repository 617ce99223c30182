import { stackConfiguration } from "../../provider/lifecycle/configuration-place";
import { type Hints, toUserError } from "../../provider/lifecycle/errors";

// The hints for resources name `pulumi up` and settings of a stack.
const later = "Run the command again later.";
const hints: Hints = {
  authentication: "Set STRIPE_API_KEY to a valid secret or restricted key, or pipe one with --api-key-stdin.",
  permission: "Give the restricted key read access to Entitlements and Products, or use a key that has it.",
  missing: "Check that the API key belongs to the account and mode that you mean, STRIPE_ACCOUNT and STRIPE_CONTEXT.",
  wrongMode: "Use a key of the other mode.",
  invalidRequest: "Check the variables STRIPE_ACCOUNT and STRIPE_CONTEXT.",
  idempotency: later,
  rateLimit: `Other programs send requests to this account, too. ${later}`,
  lockTimeout: later,
  api: later,
  connection: `Check the network, the proxy variables and STRIPE_API_BASE. ${later}`,
  unexpectedAnswer: "Check STRIPE_API_BASE and the proxy variables: another server answers there.",
};

/** Returns what `read` returns. Explains a failed request as an error about `subject`. */
export async function explained<T>(subject: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw toUserError(subject, error, stackConfiguration, hints);
  }
}
