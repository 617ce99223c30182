import type { dynamic } from "@pulumi/pulumi";
import type { ConfigurationKeys } from "../config/unknown-keys";

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

/** Private properties of the SDK's class. Its interface cannot list the keys. */
interface Internals {
  readonly rawConfig?: Readonly<Record<string, unknown>>;
  readonly projectName?: string;
}

/** Returns the keys of the stack's configuration, as far as the SDK lets them be listed. */
export function configuredKeys(): ConfigurationKeys {
  const { rawConfig = {}, projectName = "" } = (stored ?? {}) as Internals;
  return { keys: Object.keys(rawConfig), project: projectName };
}
