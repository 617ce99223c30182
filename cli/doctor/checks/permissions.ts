import { modeOfKey } from "../../../provider/config/settings";
import type { StripeApi } from "../../../provider/stripe/api";
import { isStripeError } from "../../../provider/stripe/errors";
import { type Check, type Finding, failure, ok, warning } from "../check";

const grant = "Give the restricted key this permission in the Dashboard, or use a key that has it.";

/** A product that no account has. Stripe looks at the permission first. */
const noProduct = "prod_doctor";

/** The permissions of the key. Each is tried with one read. */
export const permissions: Check = {
  name: "permissions",
  run: async (facts) => {
    const { connection } = facts;
    // Without an account, each read would fail for the same reason.
    const isUsable = async (stripe: StripeApi) =>
      [undefined, "permission"].includes((await facts.account(stripe)).error?.kind);
    if (connection === undefined || !(await isUsable(connection.stripe))) return [];
    const { stripe, settings } = connection;
    const product = firstOf(stripe.products());
    const idOfProduct = () =>
      product.then(
        (found) => found?.id ?? noProduct,
        () => noProduct,
      );
    const reads = [
      { name: "entitlements (features)", read: () => firstOf(stripe.activeFeatures()) },
      { name: "products", read: () => product },
      { name: "the features of products", read: async () => firstOf(stripe.productFeatures(await idOfProduct())) },
      ...(modeOfKey(settings.apiKey) === undefined ? [{ name: "the balance", read: () => stripe.getBalance() }] : []),
    ];
    const findings = await Promise.all(reads.map(({ name, read }) => tried(name, read)));
    return [...findings, writing(settings.apiKey)];
  },
};

async function tried(name: string, read: () => Promise<unknown>): Promise<Finding> {
  const permitted = ok(`The key may read ${name}`);
  try {
    await read();
    return permitted;
  } catch (error) {
    if (!isStripeError(error)) throw error;
    if (error.kind === "missing") return permitted;
    if (error.kind === "permission") return failure(`The key may not read ${name}: ${error.message}`, grant);
    return failure(`The key cannot read ${name}: ${error.message}`, "Run the command again later.");
  }
}

/** No read tells whether a key may write. */
function writing(apiKey: string): Finding {
  const untried =
    "Whether the key may write entitlements and products was not tried, because that would change the account";
  if (!apiKey.startsWith("rk_")) return ok(`${untried}. Secret keys may`);
  return warning(
    untried,
    "Look in the Dashboard. `preview` and `refresh` need no more than read permission, `up` and `destroy` write.",
  );
}

async function firstOf<T>(list: AsyncGenerator<T>): Promise<T | undefined> {
  for await (const item of list) return item;
  return undefined;
}
