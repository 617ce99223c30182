import type { StripeApi } from "../stripe/api";
import { ListCache } from "../stripe/list-cache";
import { AccountGuard } from "./account/guard";
import type { LocalContext, ProviderContext } from "./context";
import { ProductScan } from "./feature/product-scan";
import { ExistingObjects } from "./ownership/existing-objects";

/** Returns the context of the rules that send requests. Sends nothing. */
export function toProviderContext(
  local: LocalContext,
  stripe: StripeApi,
  lists: ListCache = new ListCache(stripe),
): ProviderContext {
  return {
    ...local,
    stripe,
    lists,
    existing: new ExistingObjects(stripe, lists),
    guard: new AccountGuard(stripe, local),
    productScan: new ProductScan(stripe),
  };
}
