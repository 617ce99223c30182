import { log } from "@pulumi/pulumi";
import { getStackResource } from "@pulumi/pulumi/runtime";
import { assertCurrentNode } from "../config/node-version";
import type { Lookups } from "../lookups/lookups";

// By run of a program: with the Automation API, one process can run several programs at the same
// time, each with its own configuration.
const lookupsOf = new WeakMap<object, Promise<Lookups>>();

/** Returns the lookups of this run of the program. Rejects when a setting is missing or invalid. */
export function getLookups(): Promise<Lookups> {
  const run = getStackResource() ?? {};
  const lookups = lookupsOf.get(run) ?? open();
  lookupsOf.set(run, lookups);
  return lookups;
}

async function open(): Promise<Lookups> {
  assertCurrentNode();
  // Loaded by the first function call, because they load undici and zod.
  const { readProgramSettings }: typeof import("./program-settings") = require("./program-settings");
  const { openLookups }: typeof import("../lookups/lookups") = require("../lookups/lookups");
  return openLookups(readProgramSettings(), (line) => void log.info(line));
}
