import type { z } from "zod";
import { createLocalContext } from "../../provider/config/local-context";
import { AccountGuard } from "../../provider/lifecycle/account/guard";
import { KnownAccounts } from "../../provider/lifecycle/account/known-accounts";
import type { LocalContext, ProviderContext } from "../../provider/lifecycle/context";
import { ProductScan } from "../../provider/lifecycle/feature/product-scan";
import { ProgramActivity } from "../../provider/lifecycle/run/program-activity";
import { StripeApi } from "../../provider/stripe/api";
import { type Params, StripeClient, type StripeClientOptions, type WriteOptions } from "../../provider/stripe/client";
import { ListCache } from "../../provider/stripe/list-cache";
import type { ApiPath } from "../../provider/stripe/path";
import { Waits } from "../../provider/stripe/waits";
import { quickRetries } from "../support/stripe-client";
import type { StackSettings } from "./program";

/** When a process is killed: at its request number `request`, counted from 1. */
export interface Kill {
  readonly request: number;
  /** `after`: Stripe applies the request, but the process never receives the answer. */
  readonly moment: "before" | "after";
}

export interface ProcessOptions {
  readonly url: string;
  readonly apiKey: string;
  readonly kill?: Kill | undefined;
  readonly archiveWhileAttached?: boolean;
  readonly settings: StackSettings;
}

/** Ends every pending call. It does not reach the user, because the process has ended. */
class Killed extends Error {
  override readonly name = "Killed";
}

/** A provider process. The engine starts one per phase, and its memory ends with the phase. */
export class ProviderProcess implements AsyncDisposable {
  readonly context: ProviderContext;
  readonly #client: KillableClient;

  constructor({ url, apiKey, kill, archiveWhileAttached = false, settings }: ProcessOptions) {
    const { ownership, adopt } = settings;
    this.#client = new KillableClient(
      {
        apiBase: url,
        apiKey,
        requestTimeout: 10_000,
        retry: quickRetries(2),
        limits: { total: 1_000_000, perEndpoint: 1_000_000 },
        waits: new Waits(() => undefined),
      },
      kill,
    );
    const stripe = new StripeApi(this.#client);
    // Milliseconds. The model's engine sends one resource per turn of the event loop.
    const programActivity = new ProgramActivity(5);
    const local: LocalContext = {
      ...createLocalContext(
        { apiKey, archiveWhileAttached: archiveWhileAttached ? "true" : "false", ownership, adopt },
        () => undefined,
      ),
      programActivity,
      knownAccounts: new KnownAccounts(programActivity),
    };
    this.context = {
      ...local,
      stripe,
      lists: new ListCache(stripe, 0),
      guard: new AccountGuard(stripe, local),
      productScan: new ProductScan(stripe),
    };
  }

  get isKilled(): boolean {
    return this.#client.isKilled;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client.close();
  }
}

class KillableClient extends StripeClient {
  isKilled = false;
  #requests = 0;

  constructor(
    options: StripeClientOptions,
    private readonly kill: Kill | undefined,
  ) {
    super(options);
  }

  override get<T>(target: ApiPath, schema: z.ZodType<T>, params: Params = {}): Promise<T> {
    return this.#whileAlive(() => super.get(target, schema, params));
  }

  override post<T>(target: ApiPath, schema: z.ZodType<T>, params: Params, options?: WriteOptions): Promise<T> {
    return this.#whileAlive(() => super.post(target, schema, params, options));
  }

  override delete<T>(target: ApiPath, schema: z.ZodType<T>, options?: WriteOptions): Promise<T> {
    return this.#whileAlive(() => super.delete(target, schema, options));
  }

  async #whileAlive<T>(send: () => Promise<T>): Promise<T> {
    this.#requests += 1;
    const isLast = this.#requests === this.kill?.request;
    if (isLast && this.kill?.moment === "before") this.isKilled = true;
    this.#throwIfKilled();
    try {
      return await send();
    } finally {
      if (isLast) this.isKilled = true;
      this.#throwIfKilled();
    }
  }

  #throwIfKilled(): void {
    if (this.isKilled) throw new Killed("the process was killed");
  }
}
