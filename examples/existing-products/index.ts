import { RunError } from "@pulumi/pulumi";
import { Feature, type ListedProduct, listProducts, ProductFeature } from "pulumi-stripe-entitlements";

// Another tool creates the products of the plans: the Dashboard, a billing tool or another program.
// The metadata of each product names its plan, `plan: team`, in the sandbox and in live mode. So
// this program finds the products in both modes, although their ids differ.
const plans = {
  team: ["projects", "audit-log"],
  enterprise: ["projects", "audit-log", "sso"],
};

const names: Record<string, string> = {
  projects: "Unlimited projects",
  "audit-log": "Audit log",
  sso: "Single sign-on",
};

export = async () => {
  const { products } = await listProducts({ active: true });

  const features = new Map<string, Feature>();
  for (const [key, name] of Object.entries(names)) features.set(key, new Feature(key, { lookupKey: key, name }));

  for (const [plan, keys] of Object.entries(plans)) {
    const product = productOf(plan, products);
    for (const key of keys) {
      const feature = features.get(key);
      if (feature === undefined) throw new RunError(`The plan "${plan}" includes "${key}", which has no name above.`);
      new ProductFeature(`${plan}-${key}`, { product: product.id, entitlementFeature: feature.id });
    }
  }
};

/** Returns the active product whose metadata names the plan. Throws unless there is exactly one. */
function productOf(plan: string, products: readonly ListedProduct[]): ListedProduct {
  const [product, ...others] = products.filter(({ metadata }) => metadata["plan"] === plan);
  if (product === undefined) {
    throw new RunError(
      `No active product has the metadata "plan: ${plan}". Add it to the product of this plan in Stripe.`,
    );
  }
  if (others.length > 0) {
    const ids = [product, ...others].map(({ id }) => id).join(", ");
    throw new RunError(`Several active products have the metadata "plan: ${plan}": ${ids}. Leave it on one of them.`);
  }
  return product;
}
