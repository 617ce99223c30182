import assert from "node:assert/strict";
import type { DemoStack } from "./stack";

/** The features and plans that examples/quickstart declares. */
const catalog = "tools/demo/catalog.json";

/** Shows the manual changes with `stripe-entitlements drift`, which needs no state. */
export async function showDrift(stack: DemoStack, products: Readonly<Record<string, string>>): Promise<void> {
  const file = await stack.writeFile("products.json", JSON.stringify(products));
  const output = await stack.stripeEntitlements(["drift", "--catalog", catalog, "--products", file], 2);
  assert.match(output, /^ +feature +sso +"Single sign-on"$/m, "sso is not missing");
  assert.match(output, /^ +attachment +projects +prod_team +team$/m, "projects is not missing on Team");
  assert.match(output, /^ +api +name +"API access" +"API \(beta\)"$/m, "the name of api is not changed");
}
