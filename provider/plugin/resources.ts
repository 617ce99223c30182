import { EntitlementsError } from "../lifecycle/errors";
import { feature } from "../lifecycle/feature";
import { productFeature } from "../lifecycle/product-feature";
import type { ResourceRules } from "../lifecycle/resource-rules";
import { featureList, type ObjectList, productFeatureList } from "./list";
import { tokenOf } from "./tokens";
import type { Properties } from "./wire";

/** A type of resource that the plugin serves. */
export interface ResourceType {
  readonly rules: ResourceRules<Properties, Properties>;
  /**
   * Returns the id in Stripe and the state that an import or a `get` starts with.
   *
   * @param id as the user wrote it
   * @param state empty for an import
   * @throws EntitlementsError when the id is of another kind
   */
  readonly locate: (id: string, state: Properties) => { readonly id: string; readonly state: Properties };
  /** The ids that it lists are those that `locate` takes. */
  readonly list: ObjectList;
}

/** The types of resources, by their tokens. */
export const resourceTypes: Readonly<Record<string, ResourceType>> = {
  [tokenOf("Feature")]: { rules: untyped(feature), locate: locateFeature, list: featureList },
  [tokenOf("ProductFeature")]: {
    rules: untyped(productFeature),
    locate: locateProductFeature,
    list: productFeatureList,
  },
};

/** The engine's messages have no types. `check` has compared the inputs with the schema. */
function untyped<Inputs, State>(rules: ResourceRules<Inputs, State>): ResourceRules<Properties, Properties> {
  return rules as unknown as ResourceRules<Properties, Properties>;
}

function locateFeature(id: string, state: Properties) {
  if (id.startsWith("feat_")) return { id, state };
  throw wrongId(`Feature (${id})`, "the id of a feature starts with feat_", `${tokenOf("Feature")} sso feat_…`);
}

/** An attachment is read through its product, which its own id does not name (S18, S29). */
function locateProductFeature(id: string, state: Properties) {
  // The id of a product may hold a slash.
  const at = id.lastIndexOf("/");
  const [product = state["product"], attachment] = at < 0 ? [undefined, id] : [id.slice(0, at), id.slice(at + 1)];
  if (product !== undefined && product !== "" && attachment.startsWith("prodft_")) {
    return { id: attachment, state: { ...state, product } };
  }
  throw wrongId(
    `ProductFeature (${id})`,
    "an attachment is found by its product and its id, prod_…/prodft_…",
    `${tokenOf("ProductFeature")} enterprise-sso prod_…/prodft_…`,
  );
}

function wrongId(subject: string, why: string, example: string): EntitlementsError {
  return new EntitlementsError(`${subject}: cannot be read, because ${why}`, {
    kind: "invalidArgument",
    hint: `For example: \`pulumi import ${example}\`. The Stripe Dashboard and \`npx stripe-entitlements init\` show the ids.`,
  });
}
