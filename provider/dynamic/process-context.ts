import { createLocalContext } from "../config/local-context";
import { readSettings } from "../config/settings";
import type { LocalContext, ProviderContext } from "../lifecycle/context";
import { findConfigured } from "./stored-configuration";

// Pulumi runs one process for all dynamic resources of a stack, so its modules hold what the calls
// share.
let local: LocalContext | undefined;
let context: ProviderContext | undefined;

/** Returns the context of `check` and `diff`. Throws when a setting is missing or invalid. */
export function getLocalContext(): LocalContext {
  local ??= createLocalContext(readSettings(findConfigured), log);
  return local;
}

/** Returns the context of the other calls. Throws when a setting is missing or invalid. */
export function getProviderContext(): ProviderContext {
  // Loads the HTTP client.
  const { createContext } = require("../config/context") as typeof import("../config/context");
  context ??= createContext(readSettings(findConfigured), getLocalContext());
  return context;
}

/** A line on standard output becomes a line of the stack, without the name of a resource. */
function log(line: string): void {
  console.log(line);
}
