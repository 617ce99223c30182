/**
 * A stateful server of Stripe Entitlements for tests and demonstrations: features, product features, products and
 * accounts, kept in memory. The rules it keeps, each with its source, are in `rules.ts`; what Stripe does not publish,
 * and is therefore a choice, is in `choices.ts`.
 */
import type { Server } from "node:http";
import { type AccountOptions, Accounts } from "./accounts";
import { type Choices, defaultChoices } from "./choices";
import { Environment } from "./environment";
import type { Fault } from "./faults/fault";
import { Faults } from "./faults/faults";
import { Handler } from "./http/handler";
import { RequestLog } from "./request-log";
import { endpoints } from "./routes";
import { close, listen, urlOf } from "./server";

export type { AccountOptions } from "./accounts";
export type { Choices, PermissionArea, Refusal } from "./choices";
export { defaultChoices } from "./choices";
export type { Dashboard } from "./dashboard";
export type { Environment } from "./environment";
export { StripeError } from "./errors";
export type * from "./faults/fault";
export type { Faults } from "./faults/faults";
export type { Permissions } from "./keys";
export type { LoggedRequest, RequestFilter, RequestLog } from "./request-log";
export { type Rule, type RuleName, rules } from "./rules";
export type { Feature } from "./store/features";
export type { Metadata } from "./store/metadata";
export type { ProductFeature } from "./store/product-features";
export type { Product } from "./store/products";

const DEFAULT_SEED = 1;

export interface EmulatorOptions {
  /** Port on 127.0.0.1; a free one by default. */
  readonly port?: number;
  /** The accounts to start with, the default account first; one with made-up id and keys by default. */
  readonly accounts?: readonly AccountOptions[];
  /** Other answers where Stripe publishes none; see {@link defaultChoices}. */
  readonly choices?: Partial<Choices>;
  /** Faults in force from the start; none by default. */
  readonly faults?: readonly Fault[];
  /** Seed of the faults' random numbers, so that a run can be repeated; 1 by default. */
  readonly seed?: number;
}

/** A running emulator. `await using` closes it. */
export class Emulator implements AsyncDisposable {
  /** Where it listens, such as `http://127.0.0.1:49152`. */
  readonly url: string;
  /** Every request since the start. */
  readonly requests: RequestLog;
  /** What goes wrong, now and from now on. */
  readonly faults: Faults;
  readonly #server: Server;
  readonly #accounts: Accounts;
  readonly #environments = new Map<string, Environment>();

  /** @internal */
  constructor(server: Server, accounts: Accounts, requests: RequestLog, faults: Faults) {
    this.url = urlOf(server);
    this.requests = requests;
    this.faults = faults;
    this.#server = server;
    this.#accounts = accounts;
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

  /** Stops listening and ends every connection at once. */
  async close(): Promise<void> {
    await close(this.#server);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/**
 * Starts an emulator in this process.
 *
 * @throws when the port is taken, an account or a key is given twice, or a fault makes no sense.
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const choices = { ...defaultChoices, ...options.choices };
  const accounts = new Accounts(choices, options.accounts ?? []);
  const operations = endpoints(choices);
  const faults = new Faults(new Set(operations.map(({ path }) => path)), options.seed ?? DEFAULT_SEED);
  for (const fault of options.faults ?? []) faults.add(fault);
  const log = new RequestLog();
  const services = { endpoints: operations, handler: new Handler(accounts, faults), log };
  return new Emulator(await listen(services, options.port ?? 0), accounts, log, faults);
}
