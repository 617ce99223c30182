import type { Io } from "../io";
import { driftOptions } from "./options";

/** `stripe-entitlements drift`: compares a catalog with an account. */
export const driftCommand = (io: Io) =>
  driftOptions().action((options) => {
    const { runDrift }: typeof import("./run") = require("./run");
    return runDrift(io, options);
  });
