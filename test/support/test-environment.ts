import { type Emulator, type EmulatorOptions, startEmulator } from "../../emulator";
import type { Environment } from "../../emulator/environment";
import { createLocalContext } from "../../provider/config/local-context";
import { modeOfKey } from "../../provider/config/settings";
import { KnownAccounts } from "../../provider/lifecycle/account/known-accounts";
import type { LocalContext, ProviderContext } from "../../provider/lifecycle/context";
import { toProviderContext } from "../../provider/lifecycle/provider-context";
import { ProgramActivity } from "../../provider/lifecycle/run/program-activity";
import { ProviderProcesses } from "../../provider/processes";
import { StripeApi } from "../../provider/stripe/api";
import { clientOf, quickRetries } from "./stripe-client";

/** A provider's context whose log can be read. */
export interface TestContext extends ProviderContext {
  /** The lines that were logged, without {@link announced}. */
  readonly logged: readonly string[];
  /** The lines that say in which account the first object is created. */
  readonly announced: readonly string[];
}

export interface ContextOptions {
  /** Default: the test key of the emulator's default account. */
  readonly apiKey?: string;
  readonly maxRetries?: number;
  readonly local?: Partial<LocalContext>;
  /** The address of the engine. Default: none, so that the process is alone. */
  readonly engine?: string;
}

/** Returns a local context without configuration. It does not wait for a quiet program. */
export function localContext(changes: Partial<LocalContext> = {}): LocalContext {
  const log = changes.log ?? (() => undefined);
  const programActivity = changes.programActivity ?? new ProgramActivity(0);
  const knownAccounts = new KnownAccounts(programActivity);
  return { ...createLocalContext({ apiKey: "sk_test_x" }, log), programActivity, knownAccounts, ...changes };
}

/** Returns a context as a provider process creates one, for a server at `url`. */
function createTestContext(url: string, apiKey: string, options: Omit<ContextOptions, "apiKey"> = {}): TestContext {
  const { engine } = options;
  const logged: string[] = [];
  const announced: string[] = [];
  const log = (line: string) => void (line.startsWith("Creating in ") ? announced : logged).push(line);
  const stripe = new StripeApi(clientOf(url, { apiKey, retry: quickRetries(options.maxRetries) }));
  const local = localContext({ keyMode: modeOfKey(apiKey), log, ...options.local });
  const otherProcesses = engine === undefined ? local.otherProcesses : new ProviderProcesses(engine, local);
  return {
    ...toProviderContext({ ...local, otherProcesses }, stripe),
    logged,
    announced,
  };
}

/** An emulator, its sandbox, and contexts for it. `await using` closes it. */
export class TestEnvironment implements AsyncDisposable {
  readonly sandbox: Environment;
  readonly dashboard: Environment["dashboard"];
  readonly context: TestContext;

  constructor(readonly emulator: Emulator) {
    this.sandbox = emulator.sandbox;
    this.dashboard = emulator.sandbox.dashboard;
    this.context = this.createContext();
  }

  /** Returns the context of another provider process. */
  createContext({ apiKey = this.emulator.apiKey, ...options }: ContextOptions = {}): TestContext {
    return createTestContext(this.emulator.url, apiKey, options);
  }

  /** Method and pattern of every request so far, without the one that reads the account. */
  get requests(): string[] {
    return this.emulator.requests.entries
      .map(({ method, route }) => `${method} ${route}`)
      .filter((request) => request !== "GET /v1/account");
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.emulator.close();
  }
}

/** Starts an emulator. */
export async function setup(options?: EmulatorOptions): Promise<TestEnvironment> {
  return new TestEnvironment(await startEmulator(options));
}
