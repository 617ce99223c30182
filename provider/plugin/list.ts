import { EntitlementsError } from "../lifecycle/errors";
import { assertText } from "../lookups/arguments";
import type { Lookups } from "../lookups/lookups";
import type { FeatureListInputs, ProductFeatureListInputs } from "../lookups/types";
import type { PageRequest } from "../stripe/pages";
import type { Properties } from "./wire";

/** An object in Stripe that `pulumi import` and `get` accept. */
interface ListedObject {
  readonly id: string;
  /** The lookup key. */
  readonly name: string;
}

/** One page of objects. */
export interface ObjectPage {
  readonly objects: readonly ListedObject[];
  /** Selects the next page. Undefined on the last one. */
  readonly continuation?: string | undefined;
}

/** Selects a page. Zero and the empty text are the defaults, as in the messages of the engine. */
export interface ObjectPageRequest {
  /** The most objects that the caller still wants. Default: all. */
  readonly limit: number;
  /** The most objects of a page. Default: as many as Stripe returns. */
  readonly pageSize: number;
  /** The continuation of the page before. Default: the first page. */
  readonly continuation: string;
}

/** Lists the objects of one type. */
export interface ObjectList {
  /** The names of the query's properties. */
  readonly inputs: readonly string[];
  /** @throws EntitlementsError when the query is invalid */
  readonly fetch: (lookups: Lookups, query: Properties, page: PageRequest) => Promise<ObjectPage>;
}

/** The active features. An archived one cannot be imported. */
export const featureList: ObjectList = {
  inputs: ["lookupKey"] satisfies (keyof FeatureListInputs)[],
  fetch: async (lookups, query, page) => {
    if ("lookupKey" in query) assertText("List of features", query);
    const { items, cursor } = await lookups.featurePage(query as FeatureListInputs, page);
    return { objects: items.map(({ id, lookupKey: name }) => ({ id, name })), continuation: cursor };
  },
};

/** The attachments of a product. */
export const productFeatureList: ObjectList = {
  inputs: ["product"] satisfies (keyof ProductFeatureListInputs)[],
  fetch: async (lookups, { product }, page) => {
    assertText("List of attachments", { product });
    const query = { product } as ProductFeatureListInputs;
    const { items, cursor } = await lookups.productFeaturePage(query, page);
    const objects = items.map(({ id, feature }) => ({ id: `${product}/${id}`, name: feature.lookupKey }));
    return { objects, continuation: cursor };
  },
};

/** The most items that Stripe returns in a page (S52). */
const maxPageSize = 100;

/**
 * Returns one page of the objects of a type. After the page that reaches the limit, none follows.
 *
 * @throws EntitlementsError when the query or a limit is invalid, or the product does not exist
 */
export async function listObjects(
  list: ObjectList,
  lookups: Lookups,
  query: Properties,
  { limit, pageSize, continuation }: ObjectPageRequest,
): Promise<ObjectPage> {
  for (const [name, value] of Object.entries({ limit, pageSize })) {
    if (value < 0) throw invalid(`the ${name} must not be negative, got ${value}`, "Use 0 for no limit.");
  }
  const given = Object.entries(query).filter(([, value]) => value !== null);
  const unknown = given.map(([name]) => name).filter((name) => !list.inputs.includes(name));
  if (unknown.length > 0) {
    throw invalid(`${unknown.join(", ")} is not an input of the list`, `The inputs are: ${list.inputs.join(", ")}.`);
  }
  const wanted = Math.min(limit || maxPageSize, pageSize || maxPageSize, maxPageSize);
  const page = await list.fetch(lookups, Object.fromEntries(given), {
    limit: wanted,
    cursor: continuation === "" ? undefined : continuation,
  });
  const isReached = limit > 0 && page.objects.length >= limit;
  return isReached ? { objects: page.objects } : page;
}

/** Returns the error about a type that the plugin does not list. */
export function notListable(token: string): EntitlementsError {
  return invalid(`the plugin cannot list ${token}`, "It lists the types Feature and ProductFeature.");
}

function invalid(issue: string, hint: string): EntitlementsError {
  return new EntitlementsError(`List: ${issue}`, { kind: "invalidArgument", hint });
}
