import type { StripeProductFeature } from "../../stripe/schemas";
import type { Home } from "../guard";
import type { AdoptionPolicy } from "../ownership";

/** A feature's attachment to a product, as declared. */
export interface ProductFeatureInputs {
  /** `prod_…`, or the id that the product was given. */
  readonly product: string;
  /** `feat_…`. */
  readonly entitlementFeature: string;
  /** `<project>/<stack>/<resource name>`; absent where the stack writes no marker. */
  readonly owner?: string;
  readonly adopt?: AdoptionPolicy;
}

/** An attachment as kept in the state. */
export interface ProductFeatureState extends ProductFeatureInputs, Home {
  readonly lookupKey: string;
  readonly livemode: boolean;
}

/** What Stripe does not keep of an attachment. */
type Kept = Pick<ProductFeatureInputs, "product" | "owner" | "adopt">;

/** The state of an attachment as Stripe has it. */
export function stateOf(attached: StripeProductFeature, kept: Kept, account: string | undefined): ProductFeatureState {
  return {
    ...inputsOf({ ...kept, entitlementFeature: attached.entitlement_feature.id }),
    lookupKey: attached.entitlement_feature.lookup_key,
    livemode: attached.livemode,
    ...(account !== undefined && { account }),
  };
}

/** The inputs that would declare the attachment as it is. */
export function inputsOf({ product, entitlementFeature, owner, adopt }: ProductFeatureInputs): ProductFeatureInputs {
  return { product, entitlementFeature, ...(owner !== undefined && { owner }), ...(adopt !== undefined && { adopt }) };
}

/** What can exist once only: the pair. */
export function identityOf({
  product,
  entitlementFeature,
}: Pick<ProductFeatureInputs, "product" | "entitlementFeature">): string {
  return `attachment ${product} ${entitlementFeature}`;
}

/** How messages name the attachment. */
export function subjectOf(id: string, { product, lookupKey }: Partial<ProductFeatureState>): string {
  const feature = lookupKey === undefined ? "" : ` of feature "${lookupKey}"`;
  return `ProductFeature ${id}${feature}${product === undefined ? "" : ` on ${product}`}`;
}
