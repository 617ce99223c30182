import type { Io } from "../io";
import { diffOptions } from "./options";

/** `stripe-entitlements diff`: says what a pull request changes. */
export const diffCommand = (io: Io) =>
  diffOptions().action((options) => {
    const { runDiff }: typeof import("./run") = require("./run");
    return runDiff(io, options);
  });
