import { Run } from "../lifecycle/run/run";
import type { LocalContext } from "../lifecycle/session";
import { modeOfKey, readSettings, type Settings } from "./settings";

let current: LocalContext | undefined;

/** The session of this process, shared by all resources of the stack. Throws on settings that cannot be. */
export function session(): LocalContext {
  current ??= sessionFor(readSettings(), log);
  return current;
}

/** A new session with these settings. */
export function sessionFor(settings: Settings, log: LocalContext["log"]): LocalContext {
  const { apiKey, mode, ownership, adopt, archiveWhileAttached } = settings;
  return {
    ownership: ownership ?? "metadata",
    adopt: adopt ?? "owned",
    archiveWhileAttached: archiveWhileAttached === "true",
    configuredMode: mode,
    keyMode: modeOfKey(apiKey),
    run: new Run(),
    log,
  };
}

/** Lines on standard output become lines of the stack, under no resource's name. */
function log(line: string): void {
  console.log(line);
}
