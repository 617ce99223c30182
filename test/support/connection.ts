import { type Emulator, type EmulatorOptions, startEmulator } from "../../emulator";
import type { Environment } from "../../emulator/environment";
import { modeOfKey } from "../../provider/config/settings";
import { ProductScan } from "../../provider/lifecycle/feature/product-scan";
import type { ProviderContext } from "../../provider/lifecycle/context";
import { type Expected, AccountGuard } from "../../provider/lifecycle/account/guard";
import { Run } from "../../provider/lifecycle/run/run";
import type { LocalContext } from "../../provider/lifecycle/session";
import { StripeApi } from "../../provider/stripe/api";
import { ListCache } from "../../provider/stripe/list-cache";
import { clientOf, quickRetries } from "./stripe-client";

export interface Connected extends ProviderContext {
  /** The lines that the user was shown. */
  readonly said: readonly string[];
}

export interface ConnectOptions {
  /** The default account's test key by default. */
  readonly apiKey?: string;
  readonly maxRetries?: number;
  /** What the configuration expects of the key. */
  readonly expected?: Expected;
  readonly session?: Partial<LocalContext>;
}

/** What a provider process knows without asking Stripe, as it is without configuration. */
export function sessionOf(changes: Partial<LocalContext> = {}): LocalContext {
  return {
    ownership: "metadata",
    adopt: "owned",
    archiveWhileAttached: false,
    keyMode: "test",
    run: new Run(0),
    log: () => undefined,
    ...changes,
  };
}

/** A connection as a provider process has it, to a server at `url`. */
export function connect(url: string, apiKey: string, options: Omit<ConnectOptions, "apiKey"> = {}): Connected {
  const said: string[] = [];
  const log = (line: string) => void said.push(line);
  const stripe = new StripeApi(clientOf(url, { apiKey, retry: quickRetries(options.maxRetries) }));
  const session = sessionOf({ keyMode: modeOfKey(apiKey), log, ...options.session });
  return {
    ...session,
    stripe,
    lists: new ListCache(stripe),
    guard: new AccountGuard(stripe, session, options.expected ?? {}),
    productScan: new ProductScan(stripe),
    said,
  };
}

/** An emulator, its sandbox, and connections to it. `await using` closes it. */
export class Stage implements AsyncDisposable {
  readonly sandbox: Environment;
  readonly dashboard: Environment["dashboard"];
  readonly connection: Connected;

  constructor(readonly emulator: Emulator) {
    this.sandbox = emulator.sandbox;
    this.dashboard = emulator.sandbox.dashboard;
    this.connection = this.connect();
  }

  /** Another provider process. */
  connect({ apiKey = this.emulator.apiKey, ...options }: ConnectOptions = {}): Connected {
    return connect(this.emulator.url, apiKey, options);
  }

  /** Method and pattern of every request so far, without the one that asks for the account. */
  get requests(): string[] {
    return this.emulator.requests.entries
      .map(({ method, route }) => `${method} ${route}`)
      .filter((request) => request !== "GET /v1/account");
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.emulator.close();
  }
}

export async function stage(options?: EmulatorOptions): Promise<Stage> {
  return new Stage(await startEmulator(options));
}
