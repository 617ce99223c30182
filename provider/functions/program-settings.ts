import { Config, getProject } from "@pulumi/pulumi";
import { allConfig } from "@pulumi/pulumi/runtime";
import { type ConfigurationSource, environmentVariables, readSettings, type Settings } from "../config/settings";
import { assertKnownKeys } from "../config/unknown-keys";
import { EntitlementsError } from "../lifecycle/errors";
import { isInlineProgram } from "./inline-program";

/** The settings with a variable that decide which objects a function reads. */
const settingsOfReads = ["apiKey", "apiBase", "account", "mode", "stripeAccount", "stripeContext"] as const;

/**
 * Returns the settings of this run of the program, which are those of its resources.
 *
 * @throws EntitlementsError when a setting is missing, invalid or unknown
 */
export function readProgramSettings(): Settings {
  assertKnownKeys({ keys: Object.keys(allConfig()), project: getProject() });
  // Returns the configuration of the run that calls it.
  const config = new Config("stripe-entitlements");
  const source = (key: string) => config.get(key);
  if (!isInlineProgram()) return readSettings(source);
  assertConfigured(source);
  return readSettings(source, {});
}

/**
 * Throws unless the settings of an inline program come from the stack's configuration alone. Its
 * resources use the environment of the CLI, where the workspace's `envVars` can replace variables,
 * so a variable of the host may lead to another account.
 */
function assertConfigured(source: ConfigurationSource): void {
  const ignored = settingsOfReads.filter(
    (setting) => source(setting) === undefined && process.env[environmentVariables[setting]],
  );
  const variables = ignored.map((setting) => environmentVariables[setting]).join(", ");
  if (ignored.length > 0)
    throw inlineError(`functions and previews do not use ${variables} in an inline program`, ignored);
  if (source("apiKey") === undefined) throw inlineError("stripe-entitlements:apiKey is missing", ["apiKey"]);
}

function inlineError(issue: string, missing: readonly string[]): EntitlementsError {
  return new EntitlementsError(`Configuration: ${issue}`, {
    kind: "configuration",
    hint:
      "An inline program of the Automation API runs in the process of its host. The resources may use other environment " +
      "variables (`envVars` of the workspace), so functions and previews use only the stack's " +
      "configuration. " +
      `Set ${missing.map((key) => `stripe-entitlements:${key}`).join(", ")} with \`stack.setConfig\`.`,
  });
}
