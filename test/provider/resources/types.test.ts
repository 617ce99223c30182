/**
 * Checks the types of the resources at compile time. `tsc` reports each line that is expected to
 * fail and does not. The functions never run.
 */
import type { ID, Input, Output } from "@pulumi/pulumi";
import { Feature, type FeatureArgs, ProductFeature, type ProductFeatureArgs } from "../../../provider/index";

type Equal<One, Other> = (<T>() => T extends One ? 1 : 2) extends <T>() => T extends Other ? 1 : 2 ? true : false;

const expect = <_Holds extends true>(): void => undefined;

export function features(text: string, output: Output<string>, maybe: string | undefined): void {
  new Feature("a", { lookupKey: "sso", name: "Single sign-on" });
  new Feature("a", { lookupKey: output, name: Promise.resolve(text), metadata: { team: output } });
  new Feature("a", { lookupKey: text, name: text, metadata: output.apply((team) => ({ team })) });
  new Feature("a", { lookupKey: text, name: text }, { protect: true, aliases: [{ name: "b" }] });

  // @ts-expect-error: a lookup key is required
  new Feature("a", { name: "Single sign-on" });
  // @ts-expect-error: a name is required
  new Feature("a", { lookupKey: "sso" });
  // @ts-expect-error: unknown property
  new Feature("a", { lookupKey: "sso", name: "Single sign-on", lookup_key: "sso" });
  // @ts-expect-error: the owner is not an argument
  new Feature("a", { lookupKey: "sso", name: "Single sign-on", owner: "me" });
  // @ts-expect-error: active is an output only
  new Feature("a", { lookupKey: "sso", name: "Single sign-on", active: false });
  // @ts-expect-error: values are strings
  new Feature("a", { lookupKey: "sso", name: "Single sign-on", metadata: { seats: 5 } });
  // @ts-expect-error: the key may be undefined
  new Feature("a", { lookupKey: maybe, name: "Single sign-on" });
  // @ts-expect-error: a number is not a name
  new Feature("a", { lookupKey: "sso", name: 1 });
  // @ts-expect-error: arguments are required
  new Feature("a");
}

export function productFeatures(feature: Feature, output: Output<string>): void {
  new ProductFeature("a", { product: "prod_1", entitlementFeature: feature.id });
  new ProductFeature("a", { product: output, entitlementFeature: "feat_1" });

  // @ts-expect-error: a product is required
  new ProductFeature("a", { entitlementFeature: feature.id });
  // @ts-expect-error: a feature is required
  new ProductFeature("a", { product: "prod_1", feature: feature.id });
  // @ts-expect-error: a Feature is not an id
  new ProductFeature("a", { product: "prod_1", entitlementFeature: feature });
  // @ts-expect-error: the product is required
  ProductFeature.get("a", "prodft_1");
  ProductFeature.get("a", "prodft_1", { product: output });
  Feature.get("a", feature.id);
}

export function outputs(feature: Feature, attached: ProductFeature, other: unknown): void {
  expect<Equal<typeof feature.id, Output<ID>>>();
  expect<Equal<typeof feature.lookupKey, Output<string>>>();
  expect<Equal<typeof feature.name, Output<string>>>();
  expect<Equal<typeof feature.metadata, Output<Readonly<Record<string, string>>>>>();
  expect<Equal<typeof feature.active, Output<boolean>>>();
  expect<Equal<typeof feature.livemode, Output<boolean>>>();
  expect<Equal<typeof attached.product, Output<string>>>();
  expect<Equal<typeof attached.entitlementFeature, Output<string>>>();
  expect<Equal<typeof attached.lookupKey, Output<string>>>();
  expect<Equal<FeatureArgs["lookupKey"], Input<string>>>();
  expect<Equal<keyof ProductFeatureArgs, "product" | "entitlementFeature" | "adopt">>();
  if (Feature.isInstance(other)) expect<Equal<typeof other, Feature>>();
  // @ts-expect-error: outputs are readonly
  feature.name = attached.lookupKey;
  // @ts-expect-error: the owner is not an output of the class
  void feature.owner;
}
