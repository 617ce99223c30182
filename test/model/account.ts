import type { Emulator, FaultHandle, LoggedRequest } from "../../emulator";
import type { Environment } from "../../emulator/environment";
import { products } from "./arbitraries";
import type { Key } from "./commands";
import { type InjectedFault, toEmulatorFault } from "./faults";
import type { ExistingFeature } from "./program";
import { type ServerView, viewOf } from "./server-view";

/** Milliseconds of an answer with latency. */
const latency = { ms: 1, jitterMs: 5 };

let accounts = 0;

/** An account of a history, and the places that wrong keys lead to. */
export class Account implements Disposable {
  readonly environment: Environment;
  readonly #byKey: Readonly<Record<Key, Environment>>;
  #requests: LoggedRequest[] = [];
  #onWrite: (request: string) => void = () => undefined;
  readonly #stopListening: () => void;

  constructor(readonly emulator: Emulator) {
    accounts += 1;
    const account = `acct_model${accounts}`;
    this.environment = emulator.environment({ account, livemode: false });
    this.#byKey = {
      right: this.environment,
      "other mode": emulator.environment({ account, livemode: true }),
      "other account": emulator.environment({ account: `${account}other`, livemode: false }),
    };
    for (const { dashboard } of Object.values(this.#byKey)) {
      for (const id of products) dashboard.createProduct({ id, name: id });
    }
    this.#stopListening = emulator.requests.onRequest((request) => {
      if (!request.account?.startsWith(account)) return;
      this.#requests.push(request);
      if (request.method !== "GET") this.#onWrite(`${request.method} ${request.path}`);
    });
  }

  [Symbol.dispose](): void {
    this.#stopListening();
  }

  get view(): ServerView {
    return viewOf(this.environment);
  }

  get activeFeatures(): readonly ExistingFeature[] {
    const active = this.environment.dashboard.features({ archived: false });
    return active.map(({ id, lookup_key: lookupKey }) => ({ id, lookupKey }));
  }

  apiKey(key: Key): string {
    return this.#byKey[key].apiKey;
  }

  /** Starts a new log of requests. Calls `onWrite` after each request that may change an object. */
  observe(onWrite: (request: string) => void = () => undefined): void {
    this.#requests = [];
    this.#onWrite = onWrite;
  }

  /** The requests since {@link observe} that may have changed an object. */
  get writes(): readonly string[] {
    const writes = this.#requests.filter(({ method }) => method !== "GET");
    return writes.map(({ method, path }) => `${method} ${path}`);
  }

  addFaults(faults: readonly InjectedFault[], isSlow: boolean): readonly FaultHandle[] {
    const { account } = this.environment;
    const slow = isSlow ? [{ kind: "latency" as const, ...latency }] : [];
    return [...slow, ...faults.map(toEmulatorFault)].map((fault) => this.emulator.faults.add({ ...fault, account }));
  }

  restoreProducts(): void {
    const { dashboard } = this.environment;
    const existing = new Set(dashboard.products().map(({ id }) => id));
    for (const id of products) if (!existing.has(id)) dashboard.createProduct({ id, name: id });
  }
}
