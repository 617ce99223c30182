import schema from "./schema.json";

// With `import`, the compiler would copy package.json into dist.
const { version }: Record<"version", string> = require("pulumi-stripe-entitlements/package.json");

/**
 * Returns the schema of the provider's Pulumi package. `npm run schema` writes it from the types
 * and doc comments of this package.
 */
export function packageSchema(): object {
  return { ...schema, version };
}
