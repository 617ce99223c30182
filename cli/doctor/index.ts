import type { Io } from "../io";
import { doctorOptions } from "./options";

/** `stripe-entitlements doctor`: checks what a support person would ask for. */
export const doctorCommand = (io: Io) =>
  doctorOptions().action((options) => {
    const { runDoctor }: typeof import("./run") = require("./run");
    return runDoctor(io, options);
  });
