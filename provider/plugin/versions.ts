import { EntitlementsError } from "../lifecycle/errors";
import { packageVersion } from "../stripe/user-agent";

/**
 * Returns the error about a resource, component or function that another version has.
 *
 * @param what its kind and its token
 */
export function notInThisVersion(what: string): EntitlementsError {
  return new EntitlementsError(`${what}: this version of the plugin does not have it`, {
    kind: "invalidArgument",
    hint:
      `The plugin has version ${packageVersion}. Install the version for which the SDK was generated, or generate the ` +
      "SDK again with this plugin.",
  });
}
