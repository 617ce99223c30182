// By require: an import would have the compiler copy package.json into dist, where it would be taken for the package's own.
const { name, version }: Record<"name" | "version", string> = require("pulumi-stripe-entitlements/package.json");

/** How Stripe's support tells this package's requests from others, as its SDKs send `appInfo` [sdk]. */
export const userAgent = `${name}/${version}`;

/** The same for machines, with the runtime [sdk]. */
export const clientUserAgent = JSON.stringify({
  lang: "node",
  lang_version: process.version,
  application: { name, version },
});
