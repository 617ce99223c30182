import { type Emulator, type EmulatorOptions, startEmulator } from "../../emulator";
import { choicesSchema } from "../../emulator/choices";
import { faultsSchema } from "../../emulator/input/faults";
import { seedSchema } from "../../emulator/input/seed";
import { loopback } from "../../emulator/server";
import type { Command } from "../command";
import { readJson } from "../read-json";
import { type EmulatorArguments, parseEmulatorArguments, usage } from "./arguments";
import { banner } from "./banner";

/** `stripe-entitlements emulator`: runs an emulator until SIGINT or SIGTERM. */
export const emulator: Command = {
  summary: "run an emulator of Stripe Entitlements on this machine",
  run: async (args) => {
    const given = parseEmulatorArguments(args);
    if (given === "help") {
      process.stdout.write(usage);
      return;
    }
    // Registered before the start: a signal that arrives while the emulator starts must stop it,
    // too.
    const stopped = new Promise((resolve) => process.once("SIGINT", resolve).once("SIGTERM", resolve));
    await using emulator = await start(given);
    process.stdout.write(banner(emulator, given));
    await stopped;
  },
};

async function start(given: EmulatorArguments): Promise<Emulator> {
  try {
    return await startEmulator(await optionsOf(given));
  } catch (error) {
    const { host = loopback, port } = given;
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "EADDRINUSE") {
      throw new Error(
        `Port ${port} is in use. Stop the program that uses it, or choose another port with --port (0 for a free one).`,
      );
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
