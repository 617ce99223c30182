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
 * A stack with these values below `stripe-entitlements:`, and of the variables that this package reads no others than these, until it is
 * disposed of.
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
