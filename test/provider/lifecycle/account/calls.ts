import assert from "node:assert/strict";
import { feature } from "../../../../provider/lifecycle/feature";
import { productFeature } from "../../../../provider/lifecycle/product-feature";
import type { TestContext, TestEnvironment } from "../../../support/test-environment";

export const sso = { lookupKey: "sso", name: "Single sign-on", owner: "shop/production/sso" };

type Call = (context: TestContext) => Promise<unknown>;

export const callNames = [
  "Feature.read",
  "Feature.update",
  "Feature.delete",
  "ProductFeature.read",
  "ProductFeature.delete",
];

/**
 * Creates a feature and its attachment. Returns every call that could change them or treat them as
 * deleted, by name.
 */
export async function callsOn({ context, dashboard }: TestEnvironment): Promise<Record<string, Call>> {
  const { id, outs } = await feature.create(context, sso);
  const product = dashboard.createProduct({ name: "Enterprise" }).id;
  const attached = await productFeature.create(context, { product, entitlementFeature: id });
  return {
    "Feature.read": (other) => feature.read(other, id, outs),
    "Feature.update": (other) => feature.update(other, id, outs, { ...sso, name: "SSO" }),
    "Feature.delete": (other) => feature.delete(other, id, outs),
    "ProductFeature.read": (other) => productFeature.read(other, attached.id, attached.outs),
    "ProductFeature.delete": (other) => productFeature.delete(other, attached.id, attached.outs),
  };
}

export async function callOn(env: TestEnvironment, name: string): Promise<Call> {
  const call = (await callsOn(env))[name];
  assert.ok(call !== undefined);
  return call;
}

/** Returns all features and attachments in Stripe. */
export const everything = ({ dashboard }: TestEnvironment) => [
  dashboard.features(),
  dashboard.products().map(({ id }) => dashboard.productFeatures(id)),
];
