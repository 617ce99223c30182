/**
 * The strings that every stack's state holds. A later version of the package must keep them:
 * refresh and delete run the text that the state holds, not the one of the program
 * (pulumi/pulumi#16826).
 */
export interface DynamicContract {
  /** The type token of the resource. */
  readonly type: string;
  /**
   * The code in the property `__provider`. Pulumi's dynamic provider runs it in the project's
   * directory and calls the methods of the module that it returns. It holds no code of ours and no
   * path, because it is written to the state with every resource.
   */
  readonly provider: string;
}

/** The contract of a Feature. */
export const featureContract: DynamicContract = {
  type: "pulumi-nodejs:dynamic/stripe-entitlements:Feature",
  provider: "exports.handler = () => require('pulumi-stripe-entitlements/dynamic/feature')",
};

/** The contract of a ProductFeature. */
export const productFeatureContract: DynamicContract = {
  type: "pulumi-nodejs:dynamic/stripe-entitlements:ProductFeature",
  provider: "exports.handler = () => require('pulumi-stripe-entitlements/dynamic/product-feature')",
};
