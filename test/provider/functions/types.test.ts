/**
 * Calls that the compiler accepts or rejects. `tsc` checks this file: a line that is expected to
 * fail and compiles is an error. Nothing here runs.
 */
import type { Output, Resource } from "@pulumi/pulumi";
import {
  type EntitlementsErrorKind,
  type GetFeatureResult,
  getFeature,
  getFeatureOutput,
  isEntitlementsError,
  listActiveEntitlements,
  listFeatures,
  listFeaturesOutput,
  listProductFeatures,
  listProductFeaturesOutput,
  listProducts,
} from "../../../provider/index";

type Equal<One, Other> = (<T>() => T extends One ? 1 : 2) extends <T>() => T extends Other ? 1 : 2 ? true : false;

const expect = <_Holds extends true>(): void => undefined;

/** Is compiled, and never called. */
export async function plain(output: Output<string>, text: string): Promise<void> {
  const feature = await getFeature({ lookupKey: text });
  expect<Equal<typeof feature, GetFeatureResult>>();
  expect<Equal<typeof feature.owner, string | undefined>>();
  await getFeature({ id: "feat_1" }, { async: true });
  await listFeatures();
  await listFeatures({ archived: true });
  await listProducts({ active: text === "" ? undefined : true });

  // @ts-expect-error: one of the two is required
  await getFeature({});
  // @ts-expect-error: both are given
  await getFeature({ lookupKey: text, id: "feat_1" });
  // @ts-expect-error: an output is for getFeatureOutput
  await getFeature({ lookupKey: output });
  // @ts-expect-error: the argument does not exist
  await listFeatures({ active: true });
  // @ts-expect-error: a product is required
  await listProductFeatures({});
  // @ts-expect-error: a customer is required
  await listActiveEntitlements();
  // @ts-expect-error: only the output form has dependsOn
  await listProductFeatures({ product: text }, { dependsOn: [] });
  // @ts-expect-error: results are read-only
  feature.name = text;
}

/** Is compiled, and never called. */
export function outputs(output: Output<string>, resource: Resource): void {
  const feature = getFeatureOutput({ lookupKey: output }, { dependsOn: resource });
  expect<Equal<typeof feature.id, Output<string>>>();
  getFeatureOutput({ id: Promise.resolve("feat_1") });
  listFeaturesOutput(undefined, { dependsOn: [resource] });
  const attached = listProductFeaturesOutput({ product: output });
  attached.productFeatures.apply((features) => features.map(({ lookupKey }) => lookupKey));

  // @ts-expect-error: both are given
  getFeatureOutput({ lookupKey: output, id: output });
  // @ts-expect-error: one of the two is required
  getFeatureOutput({});
}

/** Is compiled, and never called. */
export function errors(error: unknown): void {
  if (!isEntitlementsError(error)) return;
  expect<Equal<typeof error.kind, EntitlementsErrorKind>>();
  expect<Equal<typeof error.hint, string | undefined>>();
  expect<Equal<typeof error.requestId, string | undefined>>();
}
