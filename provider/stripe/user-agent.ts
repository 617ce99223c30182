// With `import`, the compiler would copy package.json into dist.
const { name, version }: Record<"name" | "version", string> = require("pulumi-stripe-entitlements/package.json");

// Both headers have the form that Stripe's SDKs use (S103).

/** The version of this package. */
export const packageVersion = version;

/** The value of `User-Agent`: `pulumi-stripe-entitlements/<version>`. */
export const userAgent = `${name}/${version}`;

/** The value of `X-Stripe-Client-User-Agent`: the package and the runtime, as JSON. */
export const clientUserAgent = JSON.stringify({
  lang: "node",
  lang_version: process.version,
  application: { name, version },
});
