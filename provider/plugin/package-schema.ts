import { packageVersion } from "../stripe/user-agent";
import schema from "./schema.json";

/**
 * Returns the schema of the provider's Pulumi package. `npm run schema` writes it from the types
 * and doc comments of this package.
 */
export function packageSchema(): object {
  return { ...schema, version: packageVersion };
}
