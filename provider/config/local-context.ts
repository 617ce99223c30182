import { KnownAccounts } from "../lifecycle/account/known-accounts";
import { type ConfigurationPlace, stackConfiguration } from "../lifecycle/configuration-place";
import type { LocalContext } from "../lifecycle/context";
import { Declarations } from "../lifecycle/run/declarations";
import { Detaches } from "../lifecycle/run/detaches";
import { Failures } from "../lifecycle/run/failures";
import { DeletesInFlight } from "../lifecycle/run/in-flight";
import { type Log, OnceLog } from "../lifecycle/run/log";
import { noOtherProcesses } from "../lifecycle/run/other-processes";
import { ProgramActivity } from "../lifecycle/run/program-activity";
import { Replacements } from "../lifecycle/run/replacements";
import { StackMarkers } from "../lifecycle/run/stack-markers";
import { ProviderProcesses } from "../processes";
import { isLoopback } from "../stripe/loopback";
import { modeOfKey, type Settings } from "./settings";

export interface LocalContextOptions {
  /**
   * The engine that runs this provider process, as {@link findEngine} returns it. The context asks
   * the other processes of the same engine. Default: none.
   */
  readonly engine?: string | undefined;
  /** Where the user sets the settings. Default: the stack's configuration. */
  readonly place?: ConfigurationPlace;
}

/**
 * Returns a context for `check` and `diff` that shares nothing with others. It is apart from the
 * context of the other calls, because loading the HTTP client takes time, and a preview may not
 * need it.
 */
export function createLocalContext(
  settings: Settings,
  log: Log,
  { engine, place = stackConfiguration }: LocalContextOptions = {},
): LocalContext {
  const { account, adopt, apiBase, apiKey, archiveWhileAttached, mode, ownership } = settings;
  const programActivity = new ProgramActivity();
  const context: LocalContext = {
    ownership: ownership ?? "metadata",
    adopt: adopt ?? "owned",
    archiveWhileAttached: archiveWhileAttached === "true",
    expected: { account, mode },
    keyMode: modeOfKey(apiKey),
    isLocalServer: apiBase !== undefined && isLoopback(new URL(apiBase)),
    place,
    declarations: { features: new Declarations(), productFeatures: new Declarations() },
    stackMarkers: new StackMarkers(),
    knownAccounts: new KnownAccounts(programActivity),
    programActivity,
    replacements: new Replacements(),
    detaches: new Detaches(),
    archives: new DeletesInFlight(),
    failures: new Failures(),
    onceLog: new OnceLog(log),
    otherProcesses: noOtherProcesses,
    log,
  };
  return engine === undefined ? context : { ...context, otherProcesses: new ProviderProcesses(engine, context) };
}
