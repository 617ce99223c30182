const { dynamic, getProject, getStack } = require("@pulumi/pulumi");
const feature = require("./dynamic/feature");
const productFeature = require("./dynamic/product-feature");

const ownerOf = (resource) => `${getProject()}/${getStack()}/${resource}`;

exports.Feature = class Feature extends dynamic.Resource {
  constructor(name, args, options) {
    const outputs = { metadata: undefined, active: undefined, livemode: undefined };
    const props = { ...outputs, ...args, owner: ownerOf(name) };
    super(feature, name, props, options, "idle-entitlements", "Feature");
  }
};

exports.ProductFeature = class ProductFeature extends dynamic.Resource {
  constructor(name, args, options) {
    const props = { lookupKey: undefined, livemode: undefined, ...args, owner: ownerOf(name) };
    super(productFeature, name, props, options, "idle-entitlements", "ProductFeature");
  }
};
