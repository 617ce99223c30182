import { readSettings, type Settings, settingNames } from "../config/settings";
import { findUnknownKeys } from "../config/unknown-keys";
import { type ConfigurationPlace, explicitProvider, stackConfiguration } from "../lifecycle/configuration-place";
import { formatError, isEntitlementsError } from "../lifecycle/errors";
import { isWithoutStack, nameOf, projectOf } from "./urn";
import { hasUnknown, type Properties } from "./wire";

/** Properties of a provider resource that are Pulumi's own. */
const ownOfPulumi: ReadonlySet<string> = new Set(["version", "pluginDownloadURL", "__internal"]);

/**
 * Without a stack there is no owner for a marker, and no state that an adopted object is added to.
 */
const settingsWithoutStack = { ownership: "none", adopt: "never" } as const satisfies Partial<Settings>;

/** `pulumi do` takes the settings as flags, too. A key in a flag is visible to other users. */
const commandLine: ConfigurationPlace = {
  nameOf: (...settings) => settings.map(flagOf).join(" and "),
  wayToSet: (values) => `add ${values.map(([setting, value]) => `${flagOf(setting)} ${value}`).join(" ")}`,
  wayToSetKey: "with --provider-file",
};

/**
 * Returns the flag of a setting (inputFlagName in pkg/cmd/pulumi/do/do_shared.go of pulumi/pulumi).
 */
function flagOf(setting: string): string {
  return `--stripe-entitlements:${setting.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/**
 * Returns the settings of a provider. Values come as text, or as numbers and booleans, depending on
 * the language. The environment sets what the provider does not.
 *
 * @param urn of the provider resource. Undefined from engines that do not send it.
 * @throws EntitlementsError when a setting is missing or invalid. It never names the value.
 */
export function readProviderSettings(properties: Properties, urn: string | undefined): Settings {
  const settings = readSettings((key) => textOf(properties[key]), process.env, placeOf(urn));
  return isWithoutStack(urn) ? { ...settings, ...settingsWithoutStack } : settings;
}

/** Returns what is wrong with the settings of a provider, or undefined if nothing is. */
export function findConfigurationIssue(properties: Properties, urn: string): string | undefined {
  const keys = Object.keys(properties).filter((key) => !ownOfPulumi.has(key));
  const namespace = "stripe-entitlements";
  const namespaced = { keys: keys.map((key) => `${namespace}:${key}`), project: projectOf(urn) };
  const unknown = findUnknownKeys(namespaced, placeOf(urn));
  if (unknown !== undefined) return `${unknown}. The settings are ${settingNames.join(", ")}.`;
  // The update checks values that only it will know.
  if (hasUnknown(properties)) return undefined;
  try {
    readProviderSettings(properties, urn);
    return undefined;
  } catch (error) {
    if (!isEntitlementsError(error)) throw error;
    return formatError(error);
  }
}

function textOf(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === "string" ? value : JSON.stringify(value);
}

/**
 * Returns where a user sets the values of the provider. Pulumi's default providers take the
 * stack's.
 */
export function placeOf(urn: string | undefined): ConfigurationPlace {
  if (isWithoutStack(urn)) return commandLine;
  // Older engines send none.
  const name = urn ? nameOf(urn) : "default";
  return name === "default" || name.startsWith("default_") ? stackConfiguration : explicitProvider(name);
}
