#!/usr/bin/env node
import { assertCurrentNode } from "../config/node-version";
import { formatError, isEntitlementsError } from "../lifecycle/errors";

/**
 * Starts the provider plugin: prints the port on which it serves the engine, and ends with it.
 * https://www.pulumi.com/docs/iac/guides/building-extending/providers/implementers/
 */
async function main(args: readonly string[]): Promise<void> {
  assertCurrentNode();
  // The engine puts the flags of its log first (plugin.go, buildPluginArguments).
  const engineAddress = args.at(-1);
  if (engineAddress === undefined) {
    console.error("pulumi-resource-stripe-entitlements is a plugin of the Pulumi CLI, which starts it.");
    process.exit(2);
  }
  // Loaded after the version check, because gRPC may need a newer Node.js, too.
  const { serve }: typeof import("./serve") = require("./serve");
  await serve(engineAddress);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(isEntitlementsError(error) ? formatError(error) : error);
  process.exit(1);
});
