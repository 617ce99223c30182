import { Config, log } from "@pulumi/pulumi";
import { getStackResource } from "@pulumi/pulumi/runtime";
import { assertCurrentNode } from "../config/node-version";
import type { Lookups } from "./lookups";

// Per run of a program: with the Automation API one process runs several, also at the same time, each with its own
// configuration.
const lookupsOf = new WeakMap<object, Promise<Lookups>>();

/** Returns the lookups of this run of the program. Rejects all calls of a run with an invalid configuration. */
export function getLookups(): Promise<Lookups> {
  const run = getStackResource() ?? {};
  const lookups = lookupsOf.get(run) ?? open();
  lookupsOf.set(run, lookups);
  return lookups;
}

// Runs in the context of the program's run until it has read the configuration.
async function open(): Promise<Lookups> {
  assertCurrentNode();
  // Loaded by the first function call, because it loads undici and zod.
  const { openLookups } = require("./lookups") as typeof import("./lookups");
  const config = new Config("stripe-entitlements");
  return openLookups(
    (key) => config.get(key),
    (line) => void log.info(line),
  );
}
