import { parseArgs } from "node:util";
import { apiVersion, defaultApiBase } from "../../provider/stripe/client";
import { isLoopback } from "../../provider/stripe/loopback";
import type { Target } from "./target";

export const usage = `Usage: STRIPE_API_KEY=sk_test_… npm run test:sandbox [-- options]

Compares a Stripe sandbox with the rules of the emulator. Objects that it creates there have names with
a random prefix. It detaches, deletes or archives them at the end, also after an interruption. Archived
features stay in the sandbox for ever.

  --record FILE   write the answers to FILE, from which the emulator's choices can be set
  --only NAME     run only the cases of this rule; can be repeated
  --clean PREFIX  run no case; remove the objects of an earlier run

Some cases need more keys and ids in the environment:
  STRIPE_RESTRICTED_KEY       a restricted key of the sandbox that can only read Entitlements
  STRIPE_PUBLISHABLE_KEY      a publishable key of the sandbox
  STRIPE_EXPIRED_KEY          a key that was rolled
  STRIPE_LIVE_FEATURE         the id of a feature of the same account in live mode
  STRIPE_OTHER_FEATURE        the id of a feature of another account or sandbox
  STRIPE_ENTITLED_CUSTOMER    the id of a customer with an active entitlement
  STRIPE_CONNECTED_ACCOUNT    the id of an account that the sandbox can act on`;

/** An error of the command line or the environment, with a hint. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
}

export interface Settings {
  readonly target: Target;
  readonly record?: string | undefined;
  readonly only: readonly string[];
  readonly clean?: string | undefined;
  readonly help: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Requests per second. Below the 25 that a sandbox allows (S82), so that other programs can use it.
 */
const sandboxRequestsPerSecond = 18;
const variablePrefix = /^rules-[0-9a-f]{10}-$/;

/** @throws SettingsError */
export function readSettings(args: readonly string[], env: Environment): Settings {
  const { clean, help, only = [], record } = parse(args);
  if (clean !== undefined && !variablePrefix.test(clean)) {
    throw new SettingsError(
      `${JSON.stringify(clean)} is not the prefix of a run. Give the prefix that the run printed, rules-…-.`,
    );
  }
  return { target: targetFrom(env, help === true), record, only, clean, help: help === true };
}

function parse(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        record: { type: "string" },
        only: { type: "string", multiple: true },
        clean: { type: "string" },
        help: { type: "boolean" },
      },
    });
    return values;
  } catch (error) {
    throw new SettingsError(`${error instanceof Error ? error.message : error}\n\n${usage}`);
  }
}

function targetFrom(env: Environment, needsNoKey: boolean): Target {
  const restrictedKey = env["STRIPE_RESTRICTED_KEY"];
  const extras = {
    restrictedKey,
    publishableKey: env["STRIPE_PUBLISHABLE_KEY"],
    expiredKey: env["STRIPE_EXPIRED_KEY"],
    liveFeature: env["STRIPE_LIVE_FEATURE"],
    foreignFeature: env["STRIPE_OTHER_FEATURE"],
    entitledCustomer: env["STRIPE_ENTITLED_CUSTOMER"],
    connectedAccount: env["STRIPE_CONNECTED_ACCOUNT"],
  };
  if (restrictedKey !== undefined) requireSandboxKey("STRIPE_RESTRICTED_KEY", restrictedKey);
  return {
    apiBase: apiBaseFrom(env["STRIPE_API_BASE"] ?? defaultApiBase),
    apiKey: needsNoKey ? "" : requireSandboxKey("STRIPE_API_KEY", env["STRIPE_API_KEY"]),
    apiVersion,
    requestsPerSecond: sandboxRequestsPerSecond,
    extras: Object.fromEntries(Object.entries(extras).filter(([, value]) => value !== undefined && value !== "")),
  };
}

/**
 * Accepts only keys that name the test mode. An organization key, for example, does not name its
 * mode.
 */
function requireSandboxKey(variable: string, key: string | undefined): string {
  if (!key) throw new SettingsError(`${variable} is not set. Give the secret key of a sandbox, sk_test_….`);
  if (/^[a-z]+_live_/.test(key)) {
    throw new SettingsError(
      `${variable} is a live key, but this suite creates and archives objects. Give a key of a sandbox.`,
    );
  }
  if (/^(sk|rk)_test_\S+$/.test(key)) return key;
  throw new SettingsError(`${variable} is not a key of a sandbox. Give a key that begins with sk_test_ or rk_test_.`);
}

function apiBaseFrom(value: string): string {
  const url = URL.parse(value);
  if (url === null || !(url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url)))) {
    throw new SettingsError("STRIPE_API_BASE must be an https URL, or http to a loopback address.");
  }
  return url.origin;
}
