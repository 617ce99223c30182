import type { Entitlements } from "../stripe/entitlements";
import type { Snapshot } from "../stripe/snapshot";
import type { Guard } from "./guard";

/** What the rules act through: one for a provider process. */
export interface Connection {
  readonly stripe: Entitlements;
  readonly snapshot: Snapshot;
  readonly guard: Guard;
  /** Shows one line to whoever runs Pulumi. */
  readonly say: (line: string) => void;
}
