import { text } from "node:stream/consumers";
import { createContext } from "../../provider/config/context";
import { createLocalContext } from "../../provider/config/local-context";
import { type ConfigurationSource, modeOfKey, readSettings, type Settings } from "../../provider/config/settings";
import { assertConfiguredMode, assertSameAsConfigured, type Mode } from "../../provider/lifecycle/account/account";
import { findKeyMode, undefinedIfForbidden } from "../../provider/lifecycle/account/key-mode";
import { stackConfiguration } from "../../provider/lifecycle/configuration-place";
import { EntitlementsError, isEntitlementsError } from "../../provider/lifecycle/errors";
import type { StripeApi } from "../../provider/stripe/api";
import { CliError } from "../cli-error";
import type { Io } from "../io";
import { explained } from "./request-errors";

/** The account that a key leads to. */
export interface Connection {
  /** The caller must send reads only. */
  readonly stripe: StripeApi;
  /** `acct_…`. Undefined when the key may not read its account. */
  readonly account: string | undefined;
  /** Undefined when neither the key's prefix nor an object tells the mode. */
  readonly mode: Mode | undefined;
}

/** How {@link connect} gets the key, and which keys it accepts. */
export interface ConnectionOptions {
  /** Whether the key comes from standard input instead of `STRIPE_API_KEY`. */
  readonly apiKeyStdin?: boolean | undefined;
  /** Whether a key of live mode is accepted. */
  readonly live: boolean;
  /** The settings of a stack, besides its key. Default: none. */
  readonly configuration?: ConfigurationSource | undefined;
}

/**
 * Returns the account of the user's key. Sends one request, and up to three more for a key whose
 * prefix does not tell its mode.
 *
 * @throws CliError or EntitlementsError when the key is missing, invalid, of live mode, or of
 * another account or mode than the configuration, `STRIPE_ENTITLEMENTS_ACCOUNT` and
 * `STRIPE_ENTITLEMENTS_MODE` allow
 */
export async function connect(
  io: Io,
  { apiKeyStdin = false, live, configuration = () => undefined }: ConnectionOptions,
): Promise<Connection> {
  const source: ConfigurationSource = (key) => (key === "apiKey" ? undefined : configuration(key));
  const settings = apiKeyStdin ? settingsWith(io, await keyFromStdin(io), source) : settingsOf(io, source);
  const keyMode = modeOfKey(settings.apiKey);
  assertAllowed(keyMode, live);
  const { stripe } = createContext(
    settings,
    createLocalContext(settings, (line) => void io.stderr.write(`${line}\n`)),
  );
  const account = await explained("The account", () => undefinedIfForbidden(() => stripe.getAccount()));
  const mode = keyMode ?? (await explained("The mode of the key", () => findKeyMode(stripe)));
  assertAllowed(mode, live);
  assertExpected(settings, account?.id, mode);
  return { stripe, account: account?.id, mode };
}

function settingsOf({ env }: Io, source: ConfigurationSource): Settings {
  if (env["STRIPE_API_KEY"]) return readSettings(source, env);
  throw new CliError(
    "there is no API key",
    "Set the variable STRIPE_API_KEY, or pipe the key to the command and add --api-key-stdin.",
  );
}

function settingsWith({ env }: Io, key: string, source: ConfigurationSource): Settings {
  try {
    return readSettings(source, { ...env, STRIPE_API_KEY: key });
  } catch (error) {
    if (!isEntitlementsError(error)) throw error;
    const message = error.message.replace("the environment variable STRIPE_API_KEY", "the key on standard input");
    throw new EntitlementsError(message, error);
  }
}

/**
 * Returns the key that the user pipes to the command.
 *
 * @throws CliError when standard input is a terminal or empty
 */
export async function keyFromStdin({ stdin }: Io): Promise<string> {
  const pipeIt = "Pipe the key to the command, such as `pass stripe | stripe-entitlements … --api-key-stdin`.";
  if (stdin.isTTY === true) throw new CliError("--api-key-stdin reads no key from a terminal", pipeIt);
  const key = (await text(stdin)).trim();
  if (key === "") throw new CliError("standard input is empty, so there is no API key", pipeIt);
  return key;
}

function assertAllowed(mode: Mode | undefined, live: boolean): void {
  if (mode !== "live" || live) return;
  throw new CliError(
    "the API key is of live mode",
    "Use a key of a sandbox or of test mode, or add --live to read the live account. The command only reads.",
  );
}

function assertExpected(expected: Settings, account: string | undefined, mode: Mode | undefined): void {
  const subject = "The account";
  assertConfiguredMode(subject, { expected, keyMode: mode, place: stackConfiguration });
  if (expected.account !== undefined && account === undefined) {
    throw new EntitlementsError(`${subject}: cannot verify that the API key belongs to ${expected.account}`, {
      kind: "unverifiedAccount",
      hint: "Give the restricted key the permission to read its account, or remove STRIPE_ENTITLEMENTS_ACCOUNT or stripe-entitlements:account.",
    });
  }
  assertSameAsConfigured(subject, "account", expected.account, account, stackConfiguration);
}
