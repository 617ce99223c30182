import { CatalogError } from "./errors";
import { quoted, suggestion } from "./message-text";
import { isObject } from "./objects";
import type {
  ActiveEntitlement,
  ActiveEntitlementPage,
  ActiveEntitlementSummary,
  ActiveEntitlements,
  Entitlements,
  ListActiveEntitlements,
} from "./types";

const listCall = "stripe.entitlements.activeEntitlements.list({ customer, limit: 100 })";
// 10,000 is the highest limit that the SDK accepts here. A customer has far fewer entitlements.
const listAllCall = `await ${listCall}.autoPagingToArray({ limit: 10_000 })`;

/**
 * Returns what a customer may use.
 *
 * @throws CatalogError when `active` is not a list of active entitlements, or one page of several.
 */
export function entitlementsOf(featureKeys: readonly string[], active: ActiveEntitlements): Entitlements {
  const lookupKeys = lookupKeysOf(completeList(active));
  const declared = new Set(featureKeys);
  const keys = new Set(lookupKeys.filter((key) => declared.has(key)));
  return Object.freeze<Entitlements>({
    has(key) {
      if (declared.has(key)) return keys.has(key);
      throw new CatalogError(`${quoted(key)} is not a feature of this catalog${suggestion(key, featureKeys)}`, {
        hint: "Correct the key, or declare the feature in the catalog. `unknown` has the keys that only Stripe knows.",
      });
    },
    keys,
    unknown: new Set(lookupKeys.filter((key) => !declared.has(key))),
  });
}

/**
 * Returns what the customer of a webhook event may use.
 *
 * @throws CatalogError as `entitlementsOf`, and when `summary` or `listAll` is of the wrong type.
 */
export async function entitlementsOfSummary(
  featureKeys: readonly string[],
  summary: ActiveEntitlementSummary,
  listAll: ListActiveEntitlements,
): Promise<Entitlements> {
  assertSummary(summary);
  // Checked although this customer may have few entitlements: the next one may have more.
  assertListAll(listAll);
  if (!summary.entitlements.has_more) return entitlementsOf(featureKeys, summary.entitlements);
  const all: unknown = listAll(summary.customer);
  // The SDK's return value is both an async iterable of all pages and a promise of the first page.
  const active: unknown = isAsyncIterable(all) ? await Array.fromAsync(all) : await all;
  if (active === undefined || active === null) {
    throw new CatalogError(`the function that lists all entitlements of ${summary.customer} returned nothing`, {
      hint: `Return the list: \`(customer) => ${listCall}\`.`,
    });
  }
  return entitlementsOf(featureKeys, active as ActiveEntitlements);
}

function completeList(given: ActiveEntitlements): Iterable<ActiveEntitlement> {
  const active = listOf(given);
  if (isIterable(active)) return active;
  if (!isPage(active)) {
    throw new CatalogError("expected a list of active entitlements, or one page of it", {
      hint: `Pass \`${listAllCall}\`. If it is a promise, await it first.`,
    });
  }
  if (!active.has_more) return active.data;
  throw new CatalogError(
    `the list of active entitlements is incomplete: Stripe has more than the ${[...active.data].length} on this ` +
      "page, and a missing key would deny a feature that the customer pays for",
    {
      hint:
        `Pass all pages: \`${listAllCall}\`. In a webhook, use \`entitlementsOfSummary\`, which lists them if ` +
        "there are more.",
    },
  );
}

/** Returns the list in a summary, or in the event that holds one. */
function listOf(given: ActiveEntitlements): Iterable<ActiveEntitlement> | ActiveEntitlementPage {
  const summary: unknown = isObject(given) && isObject(given["data"]) ? given["data"]["object"] : given;
  return isSummary(summary) ? summary.entitlements : (given as Iterable<ActiveEntitlement> | ActiveEntitlementPage);
}

function isSummary(value: unknown): value is ActiveEntitlementSummary {
  return isObject(value) && typeof value["customer"] === "string" && isPage(value["entitlements"]);
}

function lookupKeysOf(active: Iterable<ActiveEntitlement>): string[] {
  return Array.from(active, (entitlement: ActiveEntitlement | null | undefined, index) => {
    const key: unknown = entitlement?.lookup_key;
    if (typeof key === "string") return key;
    throw new CatalogError(`item ${index} of the list is not an active entitlement: it has no lookup_key`, {
      hint: `Pass the result of ${listCall}.`,
    });
  });
}

function assertSummary(summary: unknown): void {
  if (isSummary(summary)) return;
  throw new CatalogError("entitlementsOfSummary expects an active entitlement summary", {
    hint: "Pass `event.data.object` of an `entitlements.active_entitlement_summary.updated` event.",
  });
}

function assertListAll(listAll: unknown): void {
  if (typeof listAll === "function") return;
  throw new CatalogError(
    "entitlementsOfSummary expects a function that lists all entitlements: the event carries at most ten",
    {
      hint: `Pass it as the second argument: \`(customer) => ${listCall}\`.`,
    },
  );
}

function isIterable(value: unknown): value is Iterable<ActiveEntitlement> {
  return isObject(value) && Symbol.iterator in value;
}

function isAsyncIterable(value: unknown): value is AsyncIterable<ActiveEntitlement> {
  return isObject(value) && Symbol.asyncIterator in value;
}

function isPage(value: unknown): value is ActiveEntitlementPage {
  return isObject(value) && isIterable(value["data"]) && typeof value["has_more"] === "boolean";
}
