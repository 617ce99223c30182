import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { DynamicContract } from "../../provider/dynamic/contract";
import type { TestStack } from "./stack";

export interface ImportedObject {
  readonly contract: DynamicContract;
  /** The name of the resource. */
  readonly name: string;
  readonly id: string;
  readonly props?: Readonly<Record<string, string>>;
}

/**
 * Imports existing objects into the state with `pulumi import --file`. Dynamic resources need the
 * provider's code in inputs and outputs.
 */
export async function importObjects(stack: TestStack, objects: readonly ImportedObject[]): Promise<void> {
  const resources = objects.map(({ contract: { type, provider }, name, id, props }) => {
    const withProvider = { ...props, __provider: provider };
    return { type, name, id, inputs: withProvider, outputs: withProvider };
  });
  await writeFile(join(stack.directory, "import.json"), JSON.stringify({ resources }));
  await stack.must(["import", "--file", "import.json", "--generate-code=false", "--protect=false", "--yes"]);
}
