import type { StripeApi } from "../../stripe/api";
import { isStripeError } from "../../stripe/errors";
import { type Mode, modeOf } from "./account";

/** The requests whose answers tell the mode of a key. */
export type ModeSource = Pick<StripeApi, "activeFeatures" | "getBalance" | "products">;

/**
 * Returns the mode of a key whose prefix does not tell it, from `livemode` (S100) of the first
 * feature, else of the first product, else of the balance, which always exists. Undefined when the
 * key may read none of them.
 */
export async function findKeyMode(stripe: ModeSource): Promise<Mode | undefined> {
  const reads: (() => Promise<{ livemode: boolean } | undefined>)[] = [
    () => firstOf(stripe.activeFeatures()),
    () => firstOf(stripe.products()),
    () => stripe.getBalance(),
  ];
  for (const read of reads) {
    const object = await undefinedIfForbidden(read);
    if (object !== undefined) return modeOf(object.livemode);
  }
  return undefined;
}

/** Returns undefined when the key lacks the permission for the read. */
export async function undefinedIfForbidden<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (isStripeError(error) && error.kind === "permission") return undefined;
    throw error;
  }
}

async function firstOf<T>(list: AsyncGenerator<T>): Promise<T | undefined> {
  for await (const item of list) return item;
  return undefined;
}
