import { type Emulator, type EmulatorOptions, startEmulator, type WebhookOptions } from "../../emulator";
import { choicesSchema } from "../../emulator/choices";
import { faultsSchema } from "../../emulator/input/faults";
import { seedSchema } from "../../emulator/input/seed";
import { isWebhookUrl } from "../../emulator/webhooks/url";
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
  const { account, apiKey, choices, data, faults, host, latency, port, randomSeed, rate, seed } = options;
  const fromFile = faults === undefined ? [] : await readJson(faults, faultsSchema);
  return {
    port,
    faults: [rate, latency].filter((fault) => fault !== undefined).concat(fromFile),
    ...(host !== undefined && { host }),
    ...(data !== undefined && { data }),
    ...(randomSeed !== undefined && { randomSeed }),
    accounts: [
      { ...(account !== undefined && { id: account }), ...(apiKey !== undefined && { apiKeys: { test: apiKey } }) },
    ],
    webhooks: webhooksOf(options),
    ...(seed !== undefined && { seed: await readJson(seed, seedSchema) }),
    ...(choices !== undefined && { choices: await readJson(choices, choicesSchema) }),
  };
}

function webhooksOf({ webhook, webhookPayload, webhookSecret }: EmulatorCommandOptions): readonly WebhookOptions[] {
  if (webhook === undefined) {
    if (webhookSecret === undefined && webhookPayload === "snapshot") return [];
    const option = webhookSecret === undefined ? "--webhook-payload" : "--webhook-secret";
    throw new CliError(`${option} is given without --webhook`, "Add --webhook with the address of your server.");
  }
  if (!isWebhookUrl(webhook)) {
    throw new CliError(
      `"${webhook}" is not a URL that a webhook can have`,
      "Give --webhook an http URL of this machine, such as http://127.0.0.1:4242/webhook.",
    );
  }
  return [{ url: webhook, payload: webhookPayload, ...(webhookSecret !== undefined && { secret: webhookSecret }) }];
}
