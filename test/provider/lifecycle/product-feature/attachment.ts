import assert from "node:assert/strict";
import { productFeature } from "../../../../provider/lifecycle/product-feature";
import type { TestEnvironment } from "../../../support/test-environment";

/**
 * Creates a product and a feature by hand, and attaches the feature as a resource without a marker
 * does.
 */
export async function createAttachment(env: TestEnvironment) {
  const product = env.dashboard.createProduct({ name: "Enterprise" }).id;
  const entitlementFeature = env.dashboard.createFeature({ lookupKey: "sso", name: "Single sign-on" }).id;
  const pair = { product, entitlementFeature };
  const created = await productFeature.create(env.context, pair);
  env.emulator.requests.clear();
  return { ...created, pair };
}

/** Creates a product and a feature by hand, the feature with the marker. */
export function createMarkedFeature({ dashboard }: TestEnvironment, marker: string | undefined) {
  const metadata = marker === undefined ? {} : { pulumi_owner: marker };
  const product = dashboard.createProduct({ name: "Enterprise" }).id;
  return { product, entitlementFeature: dashboard.createFeature({ lookupKey: "api", name: "API", metadata }).id };
}

export function setMarker({ dashboard }: TestEnvironment, feature: string, marker: string): void {
  dashboard.setMetadata(feature, { pulumi_owner: marker });
}

export function assertAttached({ dashboard }: TestEnvironment, product: string, id: string): void {
  assert.deepEqual(
    dashboard.productFeatures(product).map((attached) => attached.id),
    [id],
  );
}

export function assertDetached({ dashboard }: TestEnvironment, product: string): void {
  assert.deepEqual(dashboard.productFeatures(product), []);
}
