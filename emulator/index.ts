/// <reference lib="esnext.disposable" preserve="true" />
/**
 * A stateful emulator of Stripe Entitlements for tests and demonstrations: features, product
 * features, products, active entitlements and accounts, in memory or in a file. `rules` lists what
 * it does, and `defaultChoices` the answers that Stripe does not publish.
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
import type { Webhook, WebhookOptions } from "./webhooks/webhook";
import { Webhooks } from "./webhooks/webhooks";

export type { AccountOptions } from "./accounts";
export type { Choices, Noun, PermissionArea, Refusal } from "./choices";
export { defaultChoices } from "./choices";
export type { Dashboard } from "./dashboard";
export type { Environment } from "./environment";
export { type ErrorDetails, type ErrorType, StripeError } from "./errors";
export type { ActiveEntitlementSummary, EventType, SnapshotEvent, ThinEvent } from "./events/event";
export type * from "./faults/fault";
export type { Faults } from "./faults/faults";
export type { Permission, Permissions } from "./keys";
export type { LoggedRequest, RequestFilter, RequestLog } from "./request-log";
export { type Rule, type RuleName, rules } from "./rules";
export type { Seed, SeedCustomer, SeedFeature, SeedProduct } from "./seed";
export type { Customer } from "./store/customers";
export type { ActiveEntitlement } from "./store/entitlements";
export type { Feature, FeatureChanges, FeatureInput } from "./store/feature-properties";
export type { FeatureFilter } from "./store/features";
export type { Metadata } from "./store/metadata";
export type { ProductFeature } from "./store/product-features";
export type { Product } from "./store/products";
export type { Delivery, DeliveryAttempt } from "./webhooks/delivery";
export type { Webhook, WebhookOptions } from "./webhooks/webhook";

const defaultRandomSeed = 1;

/** The options of {@link startEmulator}. */
export interface EmulatorOptions {
  /** Port to listen on. A free one by default. */
  readonly port?: number;
  /**
   * Address to listen on. 127.0.0.1 by default, which only this machine can reach. Connections are
   * not encrypted.
   */
  readonly host?: string;
  /**
   * The accounts to start with, the default account first. One with a generated id and keys by
   * default.
   */
  readonly accounts?: readonly AccountOptions[];
  /**
   * The objects in the default account's sandbox. None by default. Ignored if the `data` file
   * already exists.
   */
  readonly seed?: Seed;
  /**
   * File that keeps the state over a restart. It is created if it does not exist. It holds
   * accounts, keys, objects and the results of idempotency keys, but no requests, faults and
   * choices. In memory only by default. An account without an `id` in `accounts` is the account at
   * the same position in the file.
   */
  readonly data?: string;
  /** Answers that Stripe does not publish, where they differ from {@link defaultChoices}. */
  readonly choices?: Partial<Choices>;
  /** Faults that are active from the start. None by default. */
  readonly faults?: readonly Fault[];
  /** The webhooks of the default account in test mode. None by default. */
  readonly webhooks?: readonly WebhookOptions[];
  /** Seed of the faults' random numbers, which makes a run repeatable. 1 by default. */
  readonly randomSeed?: number;
}

/** A running emulator. `await using` closes it. */
export class Emulator implements AsyncDisposable {
  /** Base URL for programs on this machine, such as `http://127.0.0.1:49152`. */
  readonly url: string;
  /**
   * Address of the page, which shows and changes the state. It has a token if other machines can
   * reach the server, and everyone with that token can use the controls.
   */
  readonly page: string;
  /** The log of all requests. */
  readonly requests: RequestLog;
  /** The faults in force, to which a test adds its own. */
  readonly faults: Faults;
  readonly #server: Server;
  readonly #accounts: Accounts;
  readonly #storage: Storage;
  readonly #webhooks: Webhooks;
  readonly #environments = new Map<string, Environment>();

  /** @internal */
  constructor(server: Server, { accounts, faults, log, storage, webhooks }: Controlled, host: string, token: string) {
    this.url = urlOf(server, host);
    this.page = `${this.url}/${isLoopback(host) ? "" : `?token=${token}`}`;
    this.requests = log;
    this.faults = faults;
    this.#server = server;
    this.#accounts = accounts;
    this.#storage = storage;
    this.#webhooks = webhooks;
  }

  /** The webhooks of all accounts and modes. */
  get webhooks(): readonly Webhook[] {
    return this.#webhooks.all();
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

  /** Returns an account in one mode. An account that does not exist is created. */
  environment({ account, livemode }: { readonly account: string; readonly livemode: boolean }): Environment {
    const name = `${account} ${livemode}`;
    const known = this.#environments.get(name);
    if (known !== undefined) return known;
    const found = this.#accounts.find(account) ?? this.#accounts.add({ id: account });
    const environment = new Environment(this.#accounts, found.mode(livemode), this.#webhooks);
    this.#environments.set(name, environment);
    return environment;
  }

  /** Stops listening, closes every connection and releases the data file. */
  async close(): Promise<void> {
    this.#webhooks.close();
    await close(this.#server);
    this.#storage.close();
  }

  /** Closes the server, as `close` does. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/**
 * Starts an emulator in this process.
 *
 * @throws if the port is in use, the host is not an address of this machine, an account or a key is
 * given twice, a fault or the seed is invalid, or the data file cannot be used.
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

/** Creates the state that the emulator starts with. */
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
  const webhooks = new Webhooks(faults);
  for (const webhook of options.webhooks ?? []) webhooks.add(accounts.first().mode(false), webhook);
  return { accounts, faults, log: new RequestLog(), storage, webhooks };
}
