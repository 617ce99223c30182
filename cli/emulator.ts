import { type Emulator, type EmulatorOptions, startEmulator } from "../emulator";
import { choicesSchema } from "../emulator/input/choices";
import { faultsSchema } from "../emulator/input/faults";
import { seedSchema } from "../emulator/input/seed";
import { loopback } from "../emulator/server";
import { type EmulatorArguments, parseEmulatorArguments, usage } from "./emulator-arguments";
import { introduction } from "./introduction";
import { readJson } from "./read-json";

/** `stripe-entitlements emulator`: runs one until it is told to end. */
export async function runEmulator(args: readonly string[]): Promise<void> {
  const given = parseEmulatorArguments(args);
  if (given === "help") {
    process.stdout.write(usage);
    return;
  }
  // Listened to from the start: a signal that comes while the emulator starts must end it, too.
  const ended = new Promise((resolve) => process.once("SIGINT", resolve).once("SIGTERM", resolve));
  await using emulator = await start(given);
  process.stdout.write(introduction(emulator, given));
  await ended;
}

async function start(given: EmulatorArguments): Promise<Emulator> {
  try {
    return await startEmulator(await optionsOf(given));
  } catch (error) {
    const { host = loopback, port } = given;
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "EADDRINUSE") {
      throw new Error(`Port ${port} is taken. End what uses it, or choose another with --port; 0 takes a free one.`);
    }
    if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND") {
      throw new Error(`"${host}" is not an address of this machine. Choose another with --host.`);
    }
    throw error;
  }
}

async function optionsOf(given: EmulatorArguments): Promise<EmulatorOptions> {
  const { apiKey, choices, data, faults = [], faultsFile, host, port, randomSeed, seed } = given;
  const fromFile = faultsFile === undefined ? [] : await readJson(faultsFile, faultsSchema);
  return {
    port,
    faults: [...faults, ...fromFile],
    ...(host !== undefined && { host }),
    ...(data !== undefined && { data }),
    ...(randomSeed !== undefined && { randomSeed }),
    ...(apiKey !== undefined && { accounts: [{ apiKeys: { test: apiKey } }] }),
    ...(seed !== undefined && { seed: await readJson(seed, seedSchema) }),
    ...(choices !== undefined && { choices: await readJson(choices, choicesSchema) }),
  };
}
