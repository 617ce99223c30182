import type { Mode } from "./account/guard";
import type { AdoptionPolicy } from "./ownership/policy";
import type { Run } from "./run/run";

/** What a provider process knows without asking Stripe. */
export interface LocalContext {
  /** Whether features are marked with the resource that made them. */
  readonly ownership: "metadata" | "none";
  /** What a resource that says nothing else may take over. */
  readonly adopt: AdoptionPolicy;
  /** Whether, for this run, features may be archived while they are attached. */
  readonly archiveWhileAttached: boolean;
  /** The only mode that may be written to, where the configuration says so. */
  readonly configuredMode?: Mode | undefined;
  /** The mode of the API key, where its prefix tells. */
  readonly keyMode: Mode | undefined;
  readonly run: Run;
  /** Shows one line to whoever runs Pulumi. */
  readonly log: (line: string) => void;
}
