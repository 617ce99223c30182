import type { Entitlements } from "../stripe/entitlements";
import type { Snapshot } from "../stripe/snapshot";
import type { AttachedElsewhere } from "./attached-elsewhere";
import type { Guard } from "./guard";
import type { Session } from "./session";

/** What the rules act through: one for a provider process. */
export interface Connection extends Session {
  readonly stripe: Entitlements;
  readonly snapshot: Snapshot;
  readonly guard: Guard;
  readonly attachedElsewhere: AttachedElsewhere;
}
