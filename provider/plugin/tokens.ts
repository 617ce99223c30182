import { EntitlementsError } from "../lifecycle/errors";
import { packageVersion } from "../stripe/user-agent";

/** Returns the token of a resource type, a component or a function of the package. */
export function tokenOf(name: string): string {
  return `stripe-entitlements:index:${name}`;
}

/**
 * Returns the error about a resource type, a component or a function that only another version has.
 *
 * @param what the kind and the token
 */
export function unknownToken(what: string): EntitlementsError {
  return new EntitlementsError(`${what}: version ${packageVersion} of the plugin does not have it`, {
    kind: "invalidArgument",
    hint:
      "The SDK of the program is of another version. Generate it again with this version of the package, or install the " +
      "version that the SDK is for.",
  });
}
