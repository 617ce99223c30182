/**
 * What the compiler refuses. `tsc` checks this file with all others: a line that is expected to fail and does not is an error there.
 * Nothing of it runs.
 */
import type { Output, Resource } from "@pulumi/pulumi";
import {
  type GetFeatureResult,
  getFeature,
  getFeatureOutput,
  listActiveEntitlements,
  listFeatures,
  listFeaturesOutput,
  listProductFeatures,
  listProductFeaturesOutput,
  listProducts,
} from "../../../provider/index";

type Equal<One, Other> = (<T>() => T extends One ? 1 : 2) extends <T>() => T extends Other ? 1 : 2 ? true : false;

const expect = <_Holds extends true>(): void => undefined;

/** Compiled and never called. */
export async function plain(output: Output<string>, text: string): Promise<void> {
  const feature = await getFeature({ lookupKey: text });
  expect<Equal<typeof feature, GetFeatureResult>>();
  expect<Equal<typeof feature.owner, string | undefined>>();
  await getFeature({ id: "feat_1" }, { async: true });
  await listFeatures();
  await listFeatures({ archived: true });
  await listProducts({ active: text === "" ? undefined : true });

  // @ts-expect-error: which feature?
  await getFeature({});
  // @ts-expect-error: one of the two
  await getFeature({ lookupKey: text, id: "feat_1" });
  // @ts-expect-error: an output is for getFeatureOutput
  await getFeature({ lookupKey: output });
  // @ts-expect-error: there is no such argument
  await listFeatures({ active: true });
  // @ts-expect-error: a product is required
  await listProductFeatures({});
  // @ts-expect-error: a customer is required
  await listActiveEntitlements();
  // @ts-expect-error: a value waits for nothing
  await listProductFeatures({ product: text }, { dependsOn: [] });
  // @ts-expect-error: a result is not to be assigned
  feature.name = text;
}

/** Compiled and never called. */
export function outputs(output: Output<string>, resource: Resource): void {
  const feature = getFeatureOutput({ lookupKey: output }, { dependsOn: resource });
  expect<Equal<typeof feature.id, Output<string>>>();
  getFeatureOutput({ id: Promise.resolve("feat_1") });
  listFeaturesOutput(undefined, { dependsOn: [resource] });
  const attached = listProductFeaturesOutput({ product: output });
  attached.productFeatures.apply((features) => features.map(({ lookupKey }) => lookupKey));

  // @ts-expect-error: one of the two
  getFeatureOutput({ lookupKey: output, id: output });
  // @ts-expect-error: which feature?
  getFeatureOutput({});
}
