import { runtime } from "@pulumi/pulumi";
import type { Emulator } from "../../emulator";

/** Internal functions of the SDK. Its Automation API starts every inline program with them. */
const state: {
  withLocalStorage<T>(run: () => Promise<T>): Promise<T>;
  setStackResource(stack: object | undefined): void;
} = require("@pulumi/pulumi/runtime/state");

/** Configuration by key, without the namespace. */
export type Config = Readonly<Record<string, string>>;

/**
 * Runs a program without resources as the Automation API runs an inline program: with its own
 * configuration and SDK state. There is no engine, so the program must not call it.
 */
export function inRun<T>(config: Config, program: () => Promise<T>): Promise<T> {
  return state.withLocalStorage(() => {
    startRun(config);
    return program();
  });
}

/** Runs a program without resources as the CLI runs one: in a process with one SDK state. */
export async function inOwnProcess<T>(config: Config, program: () => Promise<T>): Promise<T> {
  startRun(config);
  try {
    return await program();
  } finally {
    runtime.resetOptions("", "", -1, "", "", false, "");
    runtime.setAllConfig({}, []);
    state.setStackResource(undefined);
  }
}

/** The address of the engine in a run. Nothing listens there. */
export const engineAddress = "127.0.0.1:1";

function startRun(config: Config): void {
  runtime.resetOptions("shop", "production", 1, engineAddress, engineAddress, false, "");
  const namespaced = Object.entries(config).map(([key, value]) => [`stripe-entitlements:${key}`, value]);
  runtime.setAllConfig(Object.fromEntries(namespaced), []);
  state.setStackResource({});
}

/** Returns the configuration that makes a program use the emulator, without retries. */
export function configFor({ url, apiKey }: Emulator, changes: Config = {}): Config {
  return { apiKey, apiBase: url, maxRetries: "0", ...changes };
}
