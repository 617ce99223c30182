import { Config, log } from "@pulumi/pulumi";
import { getStackResource } from "@pulumi/pulumi/runtime";
import { requireCurrentNode } from "../config/node-version";
import type { Lookups } from "./lookups";

// By the run of a program: with the Automation API one process runs many, also at the same time, each with a configuration of its own.
const lookupsOf = new WeakMap<object, Promise<Lookups>>();

/** What this run of the program asks Stripe through. Fails, for all its calls alike, on a configuration that cannot be. */
export function lookupsOfRun(): Promise<Lookups> {
  const run = getStackResource() ?? {};
  const lookups = lookupsOf.get(run) ?? open();
  lookupsOf.set(run, lookups);
  return lookups;
}

/** In the run's own context until it has read the configuration. */
async function open(): Promise<Lookups> {
  requireCurrentNode();
  // Loaded when the first function is called, and not before: undici and zod are behind it.
  const { openLookups } = require("./lookups") as typeof import("./lookups");
  const config = new Config("stripe-entitlements");
  return openLookups(
    (key) => config.get(key),
    (line) => void log.info(line),
  );
}
