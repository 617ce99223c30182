import type { Mode } from "../lifecycle/account/account";
import { type ConfigurationPlace, stackConfiguration } from "../lifecycle/configuration-place";
import { EntitlementsError } from "../lifecycle/errors";
import { oneOf } from "../lifecycle/inputs";
import { adoptionPolicies } from "../lifecycle/ownership/policy";
import { isLoopback } from "../stripe/loopback";
import * as z from "../zod";

/** Returns the value of `stripe-entitlements:<key>` in a stack's configuration. */
export type ConfigurationSource = (key: string) => string | undefined;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The environment variable of each setting. It applies where the stack's configuration has no
 * value.
 */
export const environmentVariables = {
  apiKey: "STRIPE_API_KEY",
  apiBase: "STRIPE_API_BASE",
  account: "STRIPE_ENTITLEMENTS_ACCOUNT",
  mode: "STRIPE_ENTITLEMENTS_MODE",
  stripeAccount: "STRIPE_ACCOUNT",
  stripeContext: "STRIPE_CONTEXT",
  maxRequestsPerSecond: undefined,
  maxRetries: undefined,
  requestTimeout: undefined,
  adopt: undefined,
  ownership: undefined,
  archiveWhileAttached: "STRIPE_ENTITLEMENTS_ARCHIVE_WHILE_ATTACHED",
} as const satisfies Record<string, string | undefined>;

type Setting = keyof typeof environmentVariables;

/** The keys of all settings, without the namespace. */
export const settingNames = Object.keys(environmentVariables) as readonly Setting[];

const numberBetween = (least: number, most: number) =>
  z
    .string()
    // Number("") is 0.
    .regex(/\S/, { error: "must be a number", abort: true })
    .transform(Number)
    .pipe(z.number("must be a number").min(least, `must be at least ${least}`).max(most, `must be at most ${most}`));

// The characters that an HTTP header can carry. Pasted text may hold a line break or a quote.
const headerText = /^[\x21-\x7e]+$/;
const accountId = z.string().regex(/^acct_\w+$/, "must be an account id, acct_…");

const missing = "is missing";

const settingsSchema = z.object({
  apiKey: z
    .string(missing)
    .min(1, { error: "is empty", abort: true })
    .regex(headerText, "contains a space, a line break or another character that no key has. Paste it again")
    .refine(
      (key) => !key.startsWith("pk_"),
      "is a publishable key, which cannot manage features. Use a secret or restricted key",
    ),
  apiBase: z
    .string()
    .refine(
      isAllowedApiOrigin,
      "must be only a scheme and a host, such as https://api.stripe.com; http:// only for localhost, 127.x.x.x or [::1]",
    )
    .optional(),
  account: accountId.optional(),
  mode: z.enum(["test", "live"], "must be test or live").optional(),
  stripeAccount: accountId.optional(),
  stripeContext: z
    .string()
    .regex(headerText, "is empty, or contains a space or another character that no id has")
    .optional(),
  maxRequestsPerSecond: numberBetween(1, 10_000).optional(),
  maxRetries: numberBetween(0, 100).refine(Number.isInteger, "must be a whole number").optional(),
  /** In seconds. */
  requestTimeout: numberBetween(0.1, 600).optional(),
  adopt: oneOf(adoptionPolicies).optional(),
  ownership: z.enum(["metadata", "none"], "must be metadata or none").optional(),
  archiveWhileAttached: z.enum(["true", "false"], "must be true or false").optional(),
});

/**
 * The settings as text or number, each undefined where neither configuration nor environment sets
 * it.
 */
export type Settings = z.infer<typeof settingsSchema>;

/**
 * Returns the settings from the configuration and the environment.
 *
 * @param place of the configuration. Default: the stack's.
 * @throws EntitlementsError when one is missing or invalid. It names the setting and never its
 * value.
 */
export function readSettings(
  source: ConfigurationSource,
  environment: Environment = process.env,
  place: ConfigurationPlace = stackConfiguration,
): Settings {
  const given = Object.fromEntries(settingNames.map((setting) => [setting, findValue(setting, source, environment)]));
  const parsed = settingsSchema.safeParse(given);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(({ path, message }) => {
    const way = message === missing ? `. Set it ${place.wayToSetKey}, or in STRIPE_API_KEY` : "";
    return `${nameWithSource(path[0] as Setting, source, environment, place)} ${message}${way}`;
  });
  throw new EntitlementsError(`Configuration: ${issues.join("; ")}`, { kind: "configuration" });
}

/** Returns the mode of a key where its prefix tells it. Organization keys have none (S91, S95). */
export function modeOfKey(apiKey: string): Mode | undefined {
  return /^(?:sk|rk)_(test|live)_/.exec(apiKey)?.[1] as Mode | undefined;
}

function findValue(setting: Setting, source: ConfigurationSource, environment: Environment): string | undefined {
  const variable = environmentVariables[setting];
  // Shells and CI systems set an empty variable for a missing value.
  return source(setting) ?? ((variable && environment[variable]) || undefined);
}

/**
 * Returns how an error names a setting: by the place of its value, or by its key where it has none.
 */
function nameWithSource(
  setting: Setting,
  source: ConfigurationSource,
  environment: Environment,
  place: ConfigurationPlace,
): string {
  const variable = environmentVariables[setting];
  const name = place.nameOf(setting);
  if (source(setting) !== undefined || variable === undefined) return `the configuration value ${name}`;
  return environment[variable] ? `the environment variable ${variable}` : name;
}

/** Whether the API key may be sent there. Plain http would send it unencrypted. */
function isAllowedApiOrigin(value: string): boolean {
  const url = URL.parse(value);
  if (url === null || url.pathname !== "/" || url.search !== "" || url.hash !== "") return false;
  if (url.username !== "" || url.password !== "") return false;
  return url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url));
}
