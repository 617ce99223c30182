import { type Emulator, type EmulatorOptions, startEmulator } from "../../emulator";
import { choicesSchema } from "../../emulator/choices";
import { faultsSchema } from "../../emulator/input/faults";
import { seedSchema } from "../../emulator/input/seed";
import { CliError } from "../cli-error";
import type { Io } from "../io";
import { readJson } from "../read-json";
import { banner } from "./banner";
import type { EmulatorCommandOptions } from "./options";

/** Runs an emulator until SIGINT or SIGTERM. */
export async function runEmulator(io: Io, options: EmulatorCommandOptions): Promise<void> {
  // Before the start: a signal that arrives while the emulator starts must stop it, too.
  const stopped = io.untilInterrupted();
  await using emulator = await start(options);
  io.stdout.write(banner(emulator, options));
  await stopped;
}

async function start(options: EmulatorCommandOptions): Promise<Emulator> {
  try {
    return await startEmulator(await emulatorOptionsOf(options));
  } catch (error) {
    const { host, port } = options;
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "EADDRINUSE") {
      throw new CliError(
        `port ${port} is in use`,
        "Stop the program that uses it, or choose another port with --port (0 for a free one).",
      );
    }
    if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND") {
      throw new CliError(`"${host}" is not an address of this machine`, "Choose another with --host.");
    }
    throw error;
  }
}

async function emulatorOptionsOf(options: EmulatorCommandOptions): Promise<EmulatorOptions> {
  const { apiKey, choices, data, faults, host, latency, port, randomSeed, rate, seed } = options;
  const fromFile = faults === undefined ? [] : await readJson(faults, faultsSchema);
  return {
    port,
    faults: [rate, latency].filter((fault) => fault !== undefined).concat(fromFile),
    ...(host !== undefined && { host }),
    ...(data !== undefined && { data }),
    ...(randomSeed !== undefined && { randomSeed }),
    ...(apiKey !== undefined && { accounts: [{ apiKeys: { test: apiKey } }] }),
    ...(seed !== undefined && { seed: await readJson(seed, seedSchema) }),
    ...(choices !== undefined && { choices: await readJson(choices, choicesSchema) }),
  };
}
