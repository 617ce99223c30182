import { Run } from "../lifecycle/run";
import type { Session } from "../lifecycle/session";
import { modeOfKey, readSettings } from "./settings";

let current: Session | undefined;

/** The session of this process, shared by all resources of the stack. Throws on settings that cannot be. */
export function session(): Session {
  const { apiKey, ownership, adopt, archiveWhileAttached } = readSettings();
  current ??= {
    ownership: ownership ?? "metadata",
    adopt: adopt ?? "owned",
    archiveWhileAttached: archiveWhileAttached === "true",
    keyMode: modeOfKey(apiKey),
    run: new Run(),
    say,
  };
  return current;
}

/** Lines on standard output become lines of the stack, under no resource's name. */
function say(line: string): void {
  console.log(line);
}
