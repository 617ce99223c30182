import { createLocalContext } from "../config/local-context";
import { readSettings } from "../config/settings";
import { assertKnownKeys, findUnknownKeys } from "../config/unknown-keys";
import type { LocalContext, ProviderContext } from "../lifecycle/context";
import { findEngine } from "../processes";
import { configuredKeys, findConfigured } from "./stored-configuration";

// Pulumi runs one process for all dynamic resources of a stack, so its modules hold what the calls
// share.
let local: LocalContext | undefined;
let context: ProviderContext | undefined;

// Only a run with a program calls `check`.
let isProgramRun = false;

// The engine reads both streams as long as it lives. Pulumi's dynamic provider writes the error of
// a closed stream to standard error, which fails again, without an end.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => process.exit(1));

/** Returns the context of `check`. Throws when a setting is missing, invalid or unknown. */
export function getCheckContext(): LocalContext {
  isProgramRun = true;
  assertKnownKeys(configuredKeys());
  return getLocalContext();
}

/** Returns the context of `diff`. Throws when a setting is missing or invalid. */
export function getLocalContext(): LocalContext {
  local ??= createLocalContext(readSettings(findConfigured), log, { engine: findEngine() });
  return local;
}

/**
 * Returns the context of the other calls. Throws when a setting is missing or invalid. An unknown
 * key is an error only after a `check`: `refresh` and `destroy` use the configuration of the last
 * `up`, where the user cannot correct it.
 */
export function getProviderContext(): ProviderContext {
  if (isProgramRun) assertKnownKeys(configuredKeys());
  context ??= openContext();
  return context;
}

function openContext(): ProviderContext {
  // Loads the HTTP client.
  const { createContext } = require("../config/context") as typeof import("../config/context");
  const opened = createContext(readSettings(findConfigured), getLocalContext());
  const unknown = findUnknownKeys(configuredKeys());
  if (unknown !== undefined) {
    log(`Note: ${unknown}, and has no effect. refresh and destroy use the configuration of the last \`pulumi up\`.`);
  }
  return opened;
}

/** A line on standard output becomes a line of the stack, without the name of a resource. */
function log(line: string): void {
  console.log(line);
}
