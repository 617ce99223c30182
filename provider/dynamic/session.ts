import { Run } from "../lifecycle/run";
import type { Session } from "../lifecycle/session";
import { modeOfKey, readSettings, type Settings } from "./settings";

let current: Session | undefined;

/** The session of this process, shared by all resources of the stack. Throws on settings that cannot be. */
export function session(): Session {
  current ??= sessionFor(readSettings(), say);
  return current;
}

/** A new session with these settings. */
export function sessionFor(settings: Settings, say: Session["say"]): Session {
  const { apiKey, mode, ownership, adopt, archiveWhileAttached } = settings;
  return {
    ownership: ownership ?? "metadata",
    adopt: adopt ?? "owned",
    archiveWhileAttached: archiveWhileAttached === "true",
    configuredMode: mode,
    keyMode: modeOfKey(apiKey),
    run: new Run(),
    say,
  };
}

/** Lines on standard output become lines of the stack, under no resource's name. */
function say(line: string): void {
  console.log(line);
}
