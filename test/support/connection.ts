import { type Emulator, type EmulatorOptions, startEmulator } from "../../emulator";
import type { Environment } from "../../emulator/environment";
import { modeOfKey } from "../../provider/dynamic/settings";
import { AttachedElsewhere } from "../../provider/lifecycle/attached-elsewhere";
import type { Connection } from "../../provider/lifecycle/connection";
import { type Expected, Guard } from "../../provider/lifecycle/guard";
import { Run } from "../../provider/lifecycle/run";
import type { Session } from "../../provider/lifecycle/session";
import { Entitlements } from "../../provider/stripe/entitlements";
import { Snapshot } from "../../provider/stripe/snapshot";
import { clientOf, quickRetries } from "./stripe-client";

export interface Connected extends Connection {
  /** The lines that the user was shown. */
  readonly said: readonly string[];
}

export interface ConnectOptions {
  /** The default account's test key by default. */
  readonly apiKey?: string;
  readonly maxRetries?: number;
  /** What the configuration expects of the key. */
  readonly expected?: Expected;
  readonly session?: Partial<Session>;
}

/** What a provider process knows without asking Stripe, as it is without configuration. */
export function sessionOf(changes: Partial<Session> = {}): Session {
  return {
    ownership: "metadata",
    adopt: "owned",
    archiveWhileAttached: false,
    keyMode: "test",
    run: new Run(0),
    say: () => undefined,
    ...changes,
  };
}

/** A connection as a provider process has it, to a server at `url`. */
export function connect(url: string, apiKey: string, options: Omit<ConnectOptions, "apiKey"> = {}): Connected {
  const said: string[] = [];
  const say = (line: string) => void said.push(line);
  const stripe = new Entitlements(clientOf(url, { apiKey, retry: quickRetries(options.maxRetries) }));
  const session = sessionOf({ keyMode: modeOfKey(apiKey), say, ...options.session });
  return {
    ...session,
    stripe,
    snapshot: new Snapshot(stripe),
    guard: new Guard(stripe, session, options.expected ?? {}),
    attachedElsewhere: new AttachedElsewhere(stripe),
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
