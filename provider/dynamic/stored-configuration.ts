import type { dynamic } from "@pulumi/pulumi";

let stored: dynamic.Config | undefined;

/**
 * Stores the configuration, and does nothing else: the engine loses an error of `configure`, and
 * may call another method before a slow `configure` has ended.
 */
export function storeConfiguration(config: dynamic.Config): void {
  stored = config;
}

/** Returns the value of `stripe-entitlements:<key>` in the stack's configuration, if it has one. */
export function findConfigured(key: string): string | undefined {
  return stored?.get(`stripe-entitlements:${key}`);
}
