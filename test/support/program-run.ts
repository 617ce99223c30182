import { runtime } from "@pulumi/pulumi";
import type { Emulator } from "../../emulator";

/** What the SDK keeps of a run and shows nobody; its Automation API begins each run of an inline program with these. */
const state: {
  withLocalStorage<T>(run: () => Promise<T>): Promise<T>;
  setStackResource(stack: object): void;
} = require("@pulumi/pulumi/runtime/state");

/** Keys without their namespace. */
export type Config = Readonly<Record<string, string>>;

/**
 * Runs a program that declares nothing as the Automation API runs an inline program: with state and configuration of its own, and a client of an
 * engine, which is never called here.
 */
export function inRun<T>(config: Config, program: () => Promise<T>): Promise<T> {
  return state.withLocalStorage(() => {
    const nobody = "127.0.0.1:1";
    runtime.resetOptions("shop", "production", 1, nobody, nobody, false, "");
    const namespaced = Object.entries(config).map(([key, value]) => [`stripe-entitlements:${key}`, value]);
    runtime.setAllConfig(Object.fromEntries(namespaced), []);
    state.setStackResource({});
    return program();
  });
}

/** What leads a program to the emulator. Failed requests are not tried again. */
export function configFor({ url, apiKey }: Emulator, changes: Config = {}): Config {
  return { apiKey, apiBase: url, maxRetries: "0", ...changes };
}
