import type { StripeApi } from "../stripe/api";
import type { ListCache } from "../stripe/list-cache";
import type { ExpectedAccount, Mode } from "./account/account";
import type { AccountGuard } from "./account/guard";
import type { KnownAccounts } from "./account/known-accounts";
import type { ConfigurationPlace } from "./configuration-place";
import type { ProductScan } from "./feature/product-scan";
import type { ExistingObjects } from "./ownership/existing-objects";
import type { AdoptionPolicy } from "./ownership/policy";
import type { Declarations } from "./run/declarations";
import type { Detaches } from "./run/detaches";
import type { Failures } from "./run/failures";
import type { DeletesInFlight } from "./run/in-flight";
import type { Log, OnceLog } from "./run/log";
import type { OtherProcesses } from "./run/other-processes";
import type { ProgramActivity } from "./run/program-activity";
import type { Replacements } from "./run/replacements";
import type { StackMarkers } from "./run/stack-markers";

/** The settings that the rules follow. */
interface RuleSettings {
  /** Whether features carry a marker. */
  readonly ownership: "metadata" | "none";
  /** The adoption policy of resources that declare none. */
  readonly adopt: AdoptionPolicy;
  /** Whether this run may archive features that are still attached. */
  readonly archiveWhileAttached: boolean;
  /** The account and the mode that the configuration requires. */
  readonly expected: ExpectedAccount;
  /** The mode of the API key. Undefined when its prefix does not tell. */
  readonly keyMode: Mode | undefined;
  /** Whether the server is on this machine, as an emulator is. Default: false. */
  readonly isLocalServer?: boolean;
  /** Where the user sets all of these. */
  readonly place: ConfigurationPlace;
}

/** The records of one run. Each part has one subject. */
interface RunRecords {
  readonly declarations: { readonly features: Declarations; readonly productFeatures: Declarations };
  readonly stackMarkers: StackMarkers;
  readonly knownAccounts: KnownAccounts;
  readonly programActivity: ProgramActivity;
  readonly replacements: Replacements;
  readonly detaches: Detaches;
  /** The archives in flight, by lookup key. */
  readonly archives: DeletesInFlight;
  readonly failures: Failures;
  readonly onceLog: OnceLog;
  /** Answers from the records of the run's other provider processes. */
  readonly otherProcesses: OtherProcesses;
}

/**
 * The context of `check` and `diff`. It sends nothing.
 *
 * There is one context per provider process or provider instance, and nothing in it is shared with
 * another one. It asks the others of the same run through `otherProcesses`. An adapter may pass a
 * copy with another `log` for a call: `{ ...context, log }`.
 */
export interface LocalContext extends RuleSettings, RunRecords {
  readonly log: Log;
}

/** The context of the other rules. */
export interface ProviderContext extends LocalContext {
  readonly stripe: StripeApi;
  readonly lists: ListCache;
  readonly existing: ExistingObjects;
  readonly guard: AccountGuard;
  readonly productScan: ProductScan;
}
