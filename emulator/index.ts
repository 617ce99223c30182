/**
 * A stateful server of Stripe Entitlements for tests and demonstrations: features, product features, products, active
 * entitlements and accounts, kept in memory or in a file. The rules it keeps, each with its source, are in `rules.ts`; what Stripe does not publish,
 * and is therefore a choice, is in `choices.ts`.
 */
import type { Server } from "node:http";
import { type AccountOptions, Accounts } from "./accounts";
import { type Choices, defaultChoices } from "./choices";
import { type Controlled, controlRoutes } from "./control/routes";
import { Dashboard } from "./dashboard";
import { Environment } from "./environment";
import type { Fault } from "./faults/fault";
import { Faults } from "./faults/faults";
import type { Endpoint } from "./http/endpoint";
import { Handler } from "./http/handler";
import { randomId } from "./ids";
import { RequestLog } from "./request-log";
import { endpoints } from "./routes";
import { applySeed, type Seed } from "./seed";
import { close, isLoopback, listen, loopback, urlOf } from "./server";
import { FileStorage } from "./storage/file-storage";
import { NoStorage, type Storage } from "./storage/storage";

export type { AccountOptions } from "./accounts";
export type { Choices, Noun, PermissionArea, Refusal } from "./choices";
export { defaultChoices } from "./choices";
export type { Dashboard } from "./dashboard";
export type { Environment } from "./environment";
export { StripeError } from "./errors";
export type * from "./faults/fault";
export type { Faults } from "./faults/faults";
export type { Permissions } from "./keys";
export type { LoggedRequest, RequestFilter, RequestLog } from "./request-log";
export { type Rule, type RuleName, rules } from "./rules";
export type { Seed, SeedCustomer, SeedFeature, SeedProduct } from "./seed";
export type { Customer } from "./store/customers";
export type { ActiveEntitlement } from "./store/entitlements";
export type { Feature } from "./store/features";
export type { Metadata } from "./store/metadata";
export type { ProductFeature } from "./store/product-features";
export type { Product } from "./store/products";

const defaultRandomSeed = 1;

export interface EmulatorOptions {
  /** A free one by default. */
  readonly port?: number;
  /** Address to listen on. By default 127.0.0.1, which only this machine reaches; there is no encryption on others. */
  readonly host?: string;
  /** The accounts to start with, the default account first; one with made-up id and keys by default. */
  readonly accounts?: readonly AccountOptions[];
  /** What the default account's sandbox starts with; nothing by default. Not for a `data` file that is there already. */
  readonly seed?: Seed;
  /**
   * File that keeps the state over a restart, made when it is missing: accounts, keys, objects and the results of
   * idempotency keys, but not requests, faults and choices. In memory only by default. An account given without an `id`
   * is then the one that the file has in its place.
   */
  readonly data?: string;
  /** Other answers where Stripe publishes none; see {@link defaultChoices}. */
  readonly choices?: Partial<Choices>;
  /** Faults in force from the start; none by default. */
  readonly faults?: readonly Fault[];
  /** Seed of the faults' random numbers, so that a run can be repeated; 1 by default. */
  readonly randomSeed?: number;
}

/** A running emulator. `await using` closes it. */
export class Emulator implements AsyncDisposable {
  /** Where a program on this machine finds it, such as `http://127.0.0.1:49152`. */
  readonly url: string;
  /** Address of the page. It has a token where other machines reach the server, and gives its reader the controls. */
  readonly page: string;
  /** Every request since the start. */
  readonly requests: RequestLog;
  /** What goes wrong, now and from now on. */
  readonly faults: Faults;
  readonly #server: Server;
  readonly #accounts: Accounts;
  readonly #storage: Storage;
  readonly #environments = new Map<string, Environment>();

  /** @internal */
  constructor(server: Server, { accounts, faults, log, storage }: Controlled, host: string, token: string) {
    this.url = urlOf(server, host);
    this.page = `${this.url}/${isLoopback(host) ? "" : `?token=${token}`}`;
    this.requests = log;
    this.faults = faults;
    this.#server = server;
    this.#accounts = accounts;
    this.#storage = storage;
  }

  /** The default account's secret test key. */
  get apiKey(): string {
    return this.sandbox.apiKey;
  }

  /** The default account in test mode. */
  get sandbox(): Environment {
    return this.environment({ account: this.#accounts.first().id, livemode: false });
  }

  /** The default account in live mode. */
  get live(): Environment {
    return this.environment({ account: this.#accounts.first().id, livemode: true });
  }

  /** Any account in either mode; an account that is not known yet is made. */
  environment({ account, livemode }: { readonly account: string; readonly livemode: boolean }): Environment {
    const name = `${account} ${livemode}`;
    const known = this.#environments.get(name);
    if (known !== undefined) return known;
    const found = this.#accounts.find(account) ?? this.#accounts.add({ id: account });
    const environment = new Environment(this.#accounts, found.mode(livemode));
    this.#environments.set(name, environment);
    return environment;
  }

  /** Stops listening, ends every connection at once, and gives up the data file. */
  async close(): Promise<void> {
    await close(this.#server);
    this.#storage.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/**
 * Starts an emulator in this process.
 *
 * @throws when the port is taken, the host is none of this machine, an account or a key is given twice, a fault or the
 * seed makes no sense, or the data file cannot be used.
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const { data, host = loopback, port = 0 } = options;
  const storage = data === undefined ? new NoStorage() : new FileStorage(data);
  try {
    const choices = { ...defaultChoices, ...options.choices };
    const operations = endpoints(choices);
    const controlled = prepare(options, choices, operations, storage);
    const { accounts, faults, log } = controlled;
    const token = randomId("");
    const control = controlRoutes(controlled, { keys: accounts.keys, token, host });
    const services = { endpoints: operations, handler: new Handler(accounts, faults), log, storage, control };
    const server = await listen(services, host, port);
    await storage.committed();
    return new Emulator(server, controlled, host, token);
  } catch (error) {
    storage.abandon();
    throw error;
  }
}

/** The state as it is at the start. */
function prepare(
  options: EmulatorOptions,
  choices: Choices,
  operations: readonly Endpoint[],
  storage: Storage,
): Controlled {
  const accounts = new Accounts(choices, storage, options.accounts ?? []);
  if (accounts.isNew) applySeed(options.seed ?? {}, new Dashboard(accounts.first().mode(false)));
  const faults = new Faults(
    operations.map(({ path }) => path),
    options.randomSeed ?? defaultRandomSeed,
  );
  for (const fault of options.faults ?? []) faults.add(fault);
  return { accounts, faults, log: new RequestLog(), storage };
}
