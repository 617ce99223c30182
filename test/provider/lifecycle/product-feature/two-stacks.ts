import assert from "node:assert/strict";
import type { ProviderContext } from "../../../../provider/lifecycle/context";
import { feature } from "../../../../provider/lifecycle/feature";
import type { FeatureInputs } from "../../../../provider/lifecycle/feature/properties";
import type { FeatureState } from "../../../../provider/lifecycle/feature/state";
import { productFeature } from "../../../../provider/lifecycle/product-feature";
import type { ProductFeatureInputs } from "../../../../provider/lifecycle/product-feature/properties";
import type { ProductFeatureState } from "../../../../provider/lifecycle/product-feature/state";
import type { ResourceRules } from "../../../../provider/lifecycle/resource-rules";
import { declareFeature, declarePair } from "../../../support/declare";
import type { TestEnvironment } from "../../../support/test-environment";

/** A resource in the state of a stack. */
export interface Row<State> {
  readonly id: string;
  readonly outs: State;
}

/** A feature and its attachment in the state of a stack. */
export interface Rows {
  readonly sso: Row<FeatureState>;
  readonly teamSso: Row<ProductFeatureState>;
}

/** The declaration of the feature in the program of a stack, `<project>/<stack>`. */
export function ssoOf(stack: string): FeatureInputs & { readonly owner: string } {
  return { lookupKey: "sso", name: "Single sign-on", owner: `${stack}/sso` };
}

/** The declaration of the attachment in the program of a stack. */
export function teamSsoOf(stack: string, { product, entitlementFeature }: ProductFeatureInputs): ProductFeatureInputs {
  return { product, entitlementFeature, owner: `${stack}/team-sso` };
}

/** Creates a product by hand, and in a run of the stack the feature and its attachment. */
export async function createInStack(env: TestEnvironment, stack: string, context = env.createContext()): Promise<Rows> {
  const product = env.dashboard.createProduct({ name: "Team" }).id;
  const sso = await declareFeature(context, ssoOf(stack));
  const teamSso = await declarePair(context, teamSsoOf(stack, { product, entitlementFeature: sso.id }));
  return { sso, teamSso };
}

/** Takes the feature over to another stack, and the attachment with it. */
export async function takeOver(env: TestEnvironment, stack: string, { sso, teamSso }: Rows): Promise<void> {
  const context = env.createContext();
  const taken = await declareFeature(context, { ...ssoOf(stack), adopt: "any" });
  const attached = await declarePair(context, { ...teamSsoOf(stack, teamSso.outs), adopt: "any" });
  assert.deepEqual([taken.id, attached.id], [sso.id, teamSso.id]);
}

export async function upFeature(
  context: ProviderContext,
  row: Row<FeatureState>,
  news: FeatureInputs,
): Promise<Row<FeatureState>> {
  return (await upRow(context, feature, row, news)).row;
}

/** Like {@link upFeature}, for the attachment. `isUpdated` says whether the diff found a change. */
export function upPair(context: ProviderContext, row: Row<ProductFeatureState>, news: ProductFeatureInputs) {
  return upRow(context, productFeature, row, news);
}

/** Checks, diffs and updates a resource of the state, as an `up` without a refresh does. */
async function upRow<Inputs extends { owner?: string }, State extends Inputs>(
  context: ProviderContext,
  rules: ResourceRules<Inputs, State>,
  { id, outs }: Row<State>,
  { owner, ...news }: Inputs,
): Promise<{ readonly row: Row<State>; readonly isUpdated: boolean }> {
  const { inputs, failures } = rules.check(context, { owner, olds: { ...outs }, news });
  assert.deepEqual(failures, []);
  const { changed, replaces } = rules.diff(context, id, outs, inputs as Inputs);
  assert.deepEqual(replaces, []);
  const isUpdated = changed.length > 0;
  const row = { id, outs: isUpdated ? await rules.update(context, id, outs, inputs as Inputs) : outs };
  return { row, isUpdated };
}

/** Refreshes the attachment. Undefined when it is treated as deleted. */
export async function refreshPair(
  context: ProviderContext,
  { id, outs }: Row<ProductFeatureState>,
): Promise<Row<ProductFeatureState> | undefined> {
  const found = await productFeature.read(context, id, outs);
  return found && { id, outs: found.props };
}

/** Refreshes the feature and its attachment at the same time. Undefined when treated as deleted. */
export async function refresh(context: ProviderContext, { sso, teamSso }: Rows) {
  const [foundFeature, foundPair] = await Promise.all([
    feature.read(context, sso.id, sso.outs),
    refreshPair(context, teamSso),
  ]);
  return { sso: foundFeature && { id: sso.id, outs: foundFeature.props }, teamSso: foundPair };
}

/** Returns the row. Throws when a refresh has treated the object as deleted. */
export function kept<T>(row: T | undefined): T {
  assert.ok(row !== undefined, "the attachment was treated as deleted");
  return row;
}

export function deletePair(context: ProviderContext, { id, outs }: Row<ProductFeatureState>): Promise<void> {
  return productFeature.delete(context, id, outs);
}
