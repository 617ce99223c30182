import type { StripeApi } from "../stripe/api";
import type { ListCache } from "../stripe/list-cache";
import type { ProductScan } from "./feature/product-scan";
import type { AccountGuard } from "./account/guard";
import type { LocalContext } from "./session";

/** What the rules act through: one for a provider process. */
export interface ProviderContext extends LocalContext {
  readonly stripe: StripeApi;
  readonly lists: ListCache;
  readonly guard: AccountGuard;
  readonly productScan: ProductScan;
}
