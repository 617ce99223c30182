import { type Emulator, type EmulatorOptions, startEmulator } from "../../emulator";
import type { Form } from "./provider-forms";
import { type ProviderProcess, type StartOptions, startProvider, stopProviders } from "./provider-process";

export type Config = Readonly<Record<string, string>>;

/** A provider process that has been configured, and the server that it speaks to. */
export interface Engine {
  readonly provider: ProviderProcess;
  readonly emulator: Emulator;
  /** What is shown in the Dashboard. */
  readonly dashboard: Emulator["sandbox"]["dashboard"];
}

export interface EngineOptions extends Pick<StartOptions, "env" | "execArgv"> {
  /** Keys without their namespace; instead of, and besides, those that lead to the emulator. */
  readonly config?: Config;
  readonly emulator?: EmulatorOptions;
}

/** Milliseconds that a test with processes of its own may take on a busy machine. */
export const patience = 60_000;

const emulators = new Set<Emulator>();

/** Starts both; {@link stopEngines} ends them. Failed requests are not tried again unless `config` says so. */
export async function startEngine(form: Form, options: EngineOptions = {}): Promise<Engine> {
  const { config, emulator: emulatorOptions, ...process } = options;
  const emulator = await startEmulator(emulatorOptions);
  emulators.add(emulator);
  const provider = await startProvider({ cwd: form.project, ...process });
  await provider.configure(namespaced({ ...configOf(emulator), ...config }));
  return { provider, emulator, dashboard: emulator.sandbox.dashboard };
}

/** Starts another process on the same server, as a `pulumi destroy` after an `up` has: it knows nothing of what was declared. */
export async function startAgain(form: Form, { emulator }: Engine, config: Config = {}): Promise<ProviderProcess> {
  const provider = await startProvider({ cwd: form.project });
  await provider.configure(namespaced({ ...configOf(emulator), ...config }));
  return provider;
}

/** Ends all processes and servers that were started; for `afterEach`. */
export async function stopEngines(): Promise<void> {
  await stopProviders();
  const ended = [...emulators];
  emulators.clear();
  await Promise.all(ended.map((emulator) => emulator.close()));
}

/** What makes the provider speak to the emulator. */
export function configOf({ url, apiKey }: Emulator): Config {
  return { apiKey, apiBase: url, maxRetries: "0" };
}

export function namespaced(config: Config): Config {
  return Object.fromEntries(Object.entries(config).map(([key, value]) => [`stripe-entitlements:${key}`, value]));
}
