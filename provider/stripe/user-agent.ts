import { name, version } from "pulumi-stripe-entitlements/package.json";

/** How Stripe's support tells this package's requests from others, as its SDKs send `appInfo` [sdk]. */
export const userAgent = `${name}/${version}`;

/** The same for machines, with the runtime [sdk]. */
export const clientUserAgent = JSON.stringify({
  lang: "node",
  lang_version: process.version,
  application: { name, version },
});
