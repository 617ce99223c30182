import type { dynamic } from "@pulumi/pulumi";

/** Where the stack's configuration is read: the value of `stripe-entitlements:<key>`. */
export type ConfigurationSource = (key: string) => string | undefined;

/** The configuration of the stack, as the engine hands it to a provider. */
export type StackConfig = dynamic.Config;

let stored: StackConfig | undefined;

/**
 * Keeps the configuration, and does nothing else: the engine loses what a `configure` throws, and may call another method before a
 * `configure` that takes its time has ended.
 */
export function storeConfiguration(config: StackConfig): void {
  stored = config;
}

/** The configuration of a provider process: the value of `stripe-entitlements:<key>`. */
export function configured(key: string): string | undefined {
  return stored?.get(`stripe-entitlements:${key}`);
}
