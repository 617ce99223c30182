import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import type { TestStack } from "./stack";

/** The lookup keys of the features that {@link dynamicProgram} attaches to `prod_team`. */
export const keys = ["api", "audit", "sso"];

/** Declares features and their attachments with the classes Feature and ProductFeature. */
export const dynamicProgram = `
for (const key of ${JSON.stringify(keys)}) {
  const feature = new Feature(key, { lookupKey: key, name: key, metadata: { team: "identity" } });
  new ProductFeature("team-" + key, { product: "prod_team", entitlementFeature: feature.id });
}
`;

/** Returns the name and the id of each feature and attachment in the state. */
export async function idsOf(stack: TestStack): Promise<string[]> {
  return (await stack.objects()).map(({ urn, id }) => `${urn.split("::").at(-1)} ${id}`).sort();
}

/** Returns the types in the state that have an id, each once. */
export async function typesOf(stack: TestStack): Promise<string[]> {
  const types = (await stack.exported()).filter(({ id }) => id !== undefined).map(({ type }) => type);
  return [...new Set(types)].sort();
}

/**
 * Asserts that the state of a stack that was moved holds the same objects as resources of the
 * plugin, and no others.
 */
export async function assertMoved(stack: TestStack, ids: readonly string[]): Promise<void> {
  assert.deepEqual(await idsOf(stack), ids);
  assert.deepEqual(await typesOf(stack), [
    "pulumi:providers:stripe-entitlements",
    "stripe-entitlements:index:Feature",
    "stripe-entitlements:index:ProductFeature",
  ]);
  assert.doesNotMatch(await readFile(stack.checkpointFile, "utf8"), /__provider/);
  assert.ok(stack.dashboard.features().every(({ active }) => active));
}
