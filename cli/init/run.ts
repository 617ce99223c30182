import { connect } from "../account/connection";
import { readAccount } from "../account/read-account";
import type { Io } from "../io";
import { Progress } from "../progress";
import { counted } from "../texts";
import type { InitOptions } from "./options";

/** Reads the account and writes a program for it. */
export async function runInit(io: Io, options: InitOptions): Promise<void> {
  const connection = await connect(io, { apiKeyStdin: options.apiKeyStdin, live: options.live === true });
  using progress = new Progress(io.stderr);
  const { features } = await readAccount(connection, progress);
  io.stdout.write(`${counted(features.length, "feature")}\n`);
}
