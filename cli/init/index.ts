import type { Io } from "../io";
import { initOptions } from "./options";

/** `stripe-entitlements init`: writes a program for an existing account. */
export const initCommand = (io: Io) =>
  initOptions().action((options) => {
    const { runInit }: typeof import("./run") = require("./run");
    return runInit(io, options);
  });
