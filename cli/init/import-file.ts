import { type DynamicContract, featureContract, productFeatureContract } from "../../provider/dynamic/contract";
import type { AccountDeclaration } from "./declaration";
import { resourceName } from "./program-files";
import { jsonText } from "./source-text";

const componentType = "stripe-entitlements:index:EntitlementCatalog";

/** Returns the file for `pulumi import --file` that imports every declared object. */
export function importFile({ features, plans }: AccountDeclaration): string {
  const resources = [
    { type: componentType, name: resourceName, component: true },
    ...features.map(({ feature: { id, lookupKey, name } }) =>
      imported(featureContract, [lookupKey], id, { lookupKey, name }, { lookupKey }),
    ),
    ...plans.flatMap(({ plan, product }) =>
      product.attachments.map(({ id, feature }) => {
        const pair = { product: product.id, entitlementFeature: feature.id };
        return imported(productFeatureContract, [plan, feature.lookupKey], id, pair, pair);
      }),
    ),
  ];
  return jsonText({ resources });
}

/** Dynamic resources need the text of their provider in inputs and outputs. */
function imported(
  { type, provider }: DynamicContract,
  path: readonly string[],
  id: string,
  inputs: Readonly<Record<string, string>>,
  outputs: Readonly<Record<string, string>>,
) {
  // As EntitlementCatalog names its children.
  const steps = path.map((step) => step.replaceAll("~", "~0").replaceAll("/", "~1"));
  return {
    type,
    name: [resourceName, ...steps].join("/"),
    id,
    parent: resourceName,
    inputs: { ...inputs, __provider: provider },
    outputs: { ...outputs, __provider: provider },
  };
}
