import type { Accounts } from "../accounts";
import { Dashboard } from "../dashboard";
import type { ModeState } from "../store/account";

/** Returns what the page shows of one account in one mode. */
export function stateOf(accounts: Accounts, state: ModeState): object {
  const dashboard = new Dashboard(state);
  return {
    account: state.account.id,
    livemode: state.livemode,
    accounts: accounts.all().map(({ id, record }) => ({ id, name: record.displayName })),
    features: dashboard.features().map(({ id, active, lookup_key, name }) => ({ id, active, lookup_key, name })),
    products: dashboard.products().map(({ id, active, name }) => ({
      id,
      active,
      name,
      features: dashboard.productFeatures(id).map(({ entitlement_feature }) => entitlement_feature.id),
    })),
    customers: dashboard.customers().map((customer) => ({
      ...customer,
      entitlements: dashboard.activeEntitlements(customer.id).map(({ lookup_key }) => lookup_key),
    })),
  };
}
