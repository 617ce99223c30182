import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type DynamicContract, featureContract, productFeatureContract } from "../../provider/dynamic/contract";
import type { TestStack } from "./stack";

/** Objects in Stripe by the names of the resources that they are imported as. */
export interface Imports {
  readonly features: Readonly<Record<string, string>>;
  readonly attachments: Readonly<Record<string, { readonly id: string; readonly product: string }>>;
}

/** Imports the objects with `pulumi import --file`. */
export async function importObjects(stack: TestStack, imports: Imports): Promise<void> {
  await writeFile(join(stack.directory, "import.json"), JSON.stringify(importFile(imports)));
  await stack.must(["import", "--file", "import.json", "--generate-code=false", "--protect=false", "--yes"]);
}

/** Dynamic resources need the provider's code in inputs and outputs. */
function importFile({ features, attachments }: Imports) {
  const entry = ({ type, provider }: DynamicContract, name: string, id: string, more: object = {}) => {
    const props = { __provider: provider, ...more };
    return { type, name, id, inputs: props, outputs: props };
  };
  return {
    resources: [
      ...Object.entries(features).map(([name, id]) => entry(featureContract, name, id)),
      ...Object.entries(attachments).map(([name, { id, product }]) =>
        entry(productFeatureContract, name, id, { product }),
      ),
    ],
  };
}
