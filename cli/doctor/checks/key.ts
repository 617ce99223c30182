import { modeOfKey, readSettings } from "../../../provider/config/settings";
import { isEntitlementsError } from "../../../provider/lifecycle/errors";
import { type Check, type Finding, failure, ok, warning } from "../check";
import type { Facts } from "../facts";

const setKey = "Set STRIPE_API_KEY, or pipe the key to the command and add --api-key-stdin.";

/** The kind and the mode of the key, as its text tells them. Sends nothing. */
export const key: Check = {
  name: "key",
  run: (facts) => [...otherKey(facts), keyFinding(facts), ...modeFinding(facts)],
};

/** The key of a stack takes precedence over the environment, and only Pulumi can decrypt it. */
function otherKey({ stack, hasKeyOfUser }: Facts): readonly Finding[] {
  if (hasKeyOfUser || typeof stack?.config["stripe-entitlements:apiKey"] !== "object") return [];
  const command = `pulumi config get stripe-entitlements:apiKey --stack ${stack.name} | stripe-entitlements doctor --stack ${stack.name} --api-key-stdin`;
  const text = `The stack ${stack.name} has a key of its own, which is encrypted, so it is not checked here`;
  return [warning(text, `To check it, run \`${command}\`.`)];
}

function keyFinding({ configuration, io }: Facts): Finding {
  const source = (setting: string) => (setting === "apiKey" ? configuration(setting) : undefined);
  try {
    const apiKey = readSettings(source, { STRIPE_API_KEY: io.env["STRIPE_API_KEY"] }).apiKey;
    const mode = modeOfKey(apiKey);
    const kind = /^rk_/.test(apiKey) ? "restricted key" : /^sk_/.test(apiKey) ? "secret key" : "key of an unknown kind";
    return ok(`The API key is a ${kind}${mode === undefined ? " whose prefix tells no mode" : ` of ${mode} mode`}`);
  } catch (error) {
    if (!isEntitlementsError(error)) throw error;
    const isMissing = !configuration("apiKey") && !io.env["STRIPE_API_KEY"];
    if (isMissing) return failure("There is no API key", setKey);
    return failure(error.message.replace(/^Configuration: /, "The API key: "), setKey);
  }
}

function modeFinding({ connection }: Facts): readonly Finding[] {
  const { mode, apiKey = "" } = connection?.settings ?? {};
  const actual = modeOfKey(apiKey);
  if (mode === undefined || connection === undefined || actual === mode) return [];
  if (actual !== undefined) {
    return [
      failure(`The key is of ${actual} mode, but the configuration says ${mode} mode`, `Use a key of ${mode} mode.`),
    ];
  }
  const hint = "Remove stripe-entitlements:mode, and set only stripe-entitlements:account.";
  return [failure(`The mode of the key cannot be compared with ${mode} mode, which the configuration says`, hint)];
}
