import type { Io } from "../io";
import { emulatorOptions } from "./options";

/** `stripe-entitlements emulator`: runs an emulator until SIGINT or SIGTERM. */
export const emulatorCommand = (io: Io) =>
  emulatorOptions().action((options) => {
    // Loaded here, so that other commands and the help text do not load the server.
    const { runEmulator }: typeof import("./run") = require("./run");
    return runEmulator(io, options);
  });
