import type { dynamic } from "@pulumi/pulumi";
import { storeConfiguration } from "../../provider/dynamic/stored-configuration";
import { withEnvironment } from "./environment";

const variables = [
  "STRIPE_API_KEY",
  "STRIPE_API_BASE",
  "STRIPE_ACCOUNT",
  "STRIPE_CONTEXT",
  "STRIPE_ENTITLEMENTS_ACCOUNT",
  "STRIPE_ENTITLEMENTS_MODE",
];

/**
 * Sets the stack's configuration in the namespace `stripe-entitlements:`, and the environment
 * variables that this package reads. Disposing of the result restores both.
 */
export function withStack(
  values: Readonly<Record<string, string>>,
  environment: Readonly<Record<string, string>> = {},
): Disposable {
  const unset = Object.fromEntries(variables.map((name) => [name, undefined]));
  const restored = withEnvironment({ ...unset, ...environment });
  storeConfiguration(configOf(values));
  return {
    [Symbol.dispose]: () => {
      storeConfiguration(configOf({}));
      restored[Symbol.dispose]();
    },
  };
}

function configOf(values: Readonly<Record<string, string>>): dynamic.Config {
  const find = (key: string) => values[key.replace(/^stripe-entitlements:/, "")];
  return {
    get: find,
    require: (key) => {
      const value = find(key);
      if (value === undefined) throw new Error(`missing configuration: ${key}`);
      return value;
    },
  };
}
