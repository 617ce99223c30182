import { type Emulator, type EmulatorOptions, startEmulator } from "../../emulator";
import type { PackageForm } from "./package-forms";
import { type ProviderProcess, type StartOptions, stopProviders } from "./provider-process";
import { engineAddress } from "./provider-processes";

/** Configuration by key, without the namespace. */
export type Config = Readonly<Record<string, string>>;

/** A configured provider process, and the emulator that it sends requests to. */
export interface Engine {
  readonly provider: ProviderProcess;
  readonly emulator: Emulator;
  /** The Dashboard of the emulator's default account in test mode. */
  readonly dashboard: Emulator["sandbox"]["dashboard"];
}

export interface EngineOptions extends Pick<StartOptions, "env" | "execArgv"> {
  /** Added to the configuration for the emulator, and takes precedence over it. */
  readonly config?: Config;
  readonly emulator?: EmulatorOptions;
}

/** The limit in milliseconds for a test that starts provider processes, also on a busy machine. */
export const timeout = 60_000;

const emulators = new Set<Emulator>();

/**
 * Starts a provider process and an emulator. {@link stopEngines} stops both. Failed requests are
 * not retried unless `config` says so.
 */
export async function startEngine(form: PackageForm, options: EngineOptions = {}): Promise<Engine> {
  const { config, emulator: emulatorOptions, ...process } = options;
  const emulator = await startEmulator(emulatorOptions);
  emulators.add(emulator);
  const provider = await startConfigured(form, emulator, process, config);
  return { provider, emulator, dashboard: emulator.sandbox.dashboard };
}

/**
 * Starts the process of another run with the same emulator. The engine starts one for each
 * operation, so a `destroy` after an `up` knows none of the declarations.
 */
export function startNextRun(form: PackageForm, { emulator }: Engine, config: Config = {}): Promise<ProviderProcess> {
  return startConfigured(form, emulator, {}, config);
}

/** Starts two processes of one run, as the engine does for two provider resources. */
export function startTwoProcesses(
  form: PackageForm,
  { emulator }: Engine,
  address = engineAddress(),
): Promise<readonly ProviderProcess[]> {
  return Promise.all([1, 2].map(() => startConfigured(form, emulator, { address })));
}

/** Stops all provider processes and emulators. For `after` and `afterEach`. */
export async function stopEngines(): Promise<void> {
  await stopProviders();
  const stopped = [...emulators];
  emulators.clear();
  await Promise.all(stopped.map((emulator) => emulator.close()));
}

/** Returns the configuration that makes the provider use the emulator. */
export function configFor({ url, apiKey }: Emulator): Config {
  return { apiKey, apiBase: url, maxRetries: "0" };
}

/** Returns the configuration with the namespace in its keys, as the engine sends it. */
export function namespaced(config: Config): Config {
  return Object.fromEntries(Object.entries(config).map(([key, value]) => [`stripe-entitlements:${key}`, value]));
}

async function startConfigured(
  form: PackageForm,
  emulator: Emulator,
  options: Omit<StartOptions, "cwd">,
  config: Config = {},
): Promise<ProviderProcess> {
  const provider = await form.start({ cwd: form.project, ...options });
  await provider.configure(namespaced({ ...configFor(emulator), ...config }));
  return provider;
}
