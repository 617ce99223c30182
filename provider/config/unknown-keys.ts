import { suggestion } from "../catalog/message-text";
import { type ConfigurationPlace, stackConfiguration } from "../lifecycle/configuration-place";
import { EntitlementsError } from "../lifecycle/errors";
import { redact } from "../stripe/redact";
import { settingNames } from "./settings";

const namespace = "stripe-entitlements";

/** The keys of a stack's configuration, each with its namespace, and the name of the project. */
export interface ConfigurationKeys {
  readonly keys: readonly string[];
  readonly project: string;
}

/**
 * Throws if the configuration has a key in the package's namespace that is not a setting. The user
 * believes that it has an effect, for example as a guard against keys of another account.
 */
export function assertKnownKeys(configuration: ConfigurationKeys): void {
  const issue = findUnknownKeys(configuration);
  if (issue === undefined) return;
  throw new EntitlementsError(`Configuration: ${issue}`, {
    kind: "configuration",
    hint: `Correct the key, or remove it with \`pulumi config rm\`. The settings are ${settingNames.join(", ")}.`,
  });
}

/**
 * Returns a text that names the keys that are not settings, or undefined if there are none.
 *
 * @param place of the configuration. Default: the stack's.
 */
export function findUnknownKeys(
  { keys, project }: ConfigurationKeys,
  place: ConfigurationPlace = stackConfiguration,
): string | undefined {
  // The values of such a project's own program are in this namespace, too.
  if (project === namespace) return undefined;
  const names = keys.filter((key) => key.startsWith(`${namespace}:`)).map((key) => key.slice(namespace.length + 1));
  const unknown = names.filter((name) => !settingNames.some((setting) => setting === name));
  // Somebody may have given an API key in place of the setting's name.
  const issues = unknown.map(
    (name) => `${place.nameOf(redact(name))} is not a setting${suggestion(name, settingNames)}`,
  );
  return issues.length === 0 ? undefined : issues.join("; ");
}
