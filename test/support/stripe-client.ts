import { type Dashboard, type Emulator, type EmulatorOptions, startEmulator } from "../../emulator/index";
import { StripeClient, type StripeClientOptions } from "../../provider/stripe/client";
import type { RetryPolicy } from "../../provider/stripe/retry";
import { Waits } from "../../provider/stripe/waits";
import { type HttpServer, type Respond, serve } from "./http-server";

/** A made-up key in the form of Stripe's keys. */
export const testKey = "sk_test_madeUpForTests0123456789";

/** Returns a policy that retries after 1 ms. */
export const quickRetries = (maxRetries = 3): RetryPolicy => ({ maxRetries, firstDelay: 1, maxDelay: 1 });

/**
 * Returns a client of the server at `apiBase`. Defaults: retries after 1 ms, no rate limit, no
 * reports of waits.
 */
export function clientOf(apiBase: string, options: Partial<StripeClientOptions> = {}): StripeClient {
  return new StripeClient({
    apiBase,
    apiKey: testKey,
    requestTimeout: 5_000,
    retry: quickRetries(),
    limits: { total: 100_000, perEndpoint: 100_000 },
    waits: new Waits(() => undefined),
    ...options,
  });
}

/** An emulator and a client with its key. `await using` stops both. */
export interface EmulatorSetup extends AsyncDisposable {
  readonly emulator: Emulator;
  readonly dashboard: Dashboard;
  readonly client: StripeClient;
}

export interface EmulatorSetupOptions {
  readonly emulator?: EmulatorOptions;
  readonly client?: Partial<StripeClientOptions>;
}

/** Starts an emulator, and creates a client for it. */
export async function setup(options: EmulatorSetupOptions = {}): Promise<EmulatorSetup> {
  const emulator = await startEmulator(options.emulator);
  const client = clientOf(emulator.url, { apiKey: emulator.apiKey, ...options.client });
  return {
    emulator,
    dashboard: emulator.sandbox.dashboard,
    client,
    [Symbol.asyncDispose]: async () => {
      await client.close();
      await emulator[Symbol.asyncDispose]();
    },
  };
}

/** A server with responses of the test, and a client. `await using` stops both. */
export interface ServerSetup extends AsyncDisposable {
  readonly server: HttpServer;
  readonly client: StripeClient;
}

/** Starts a server for responses that the emulator does not give, and creates a client for it. */
export async function setupServer(
  respond: Respond,
  clientOptions: Partial<StripeClientOptions> = {},
): Promise<ServerSetup> {
  const server = await serve(respond);
  const client = clientOf(server.url, clientOptions);
  return {
    server,
    client,
    [Symbol.asyncDispose]: async () => {
      await server.close();
      await client.close();
    },
  };
}
