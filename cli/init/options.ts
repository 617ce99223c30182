import { Command, InvalidArgumentError, Option } from "@commander-js/extra-typings";
import { apiKeyStdinOption, jsonOption } from "../options";

const examples = `
Examples:
  $ STRIPE_API_KEY=rk_test_… stripe-entitlements init --out entitlements
  $ stripe-entitlements init --check        # lists what the account has and catalog.ts has not
  $ stripe-entitlements init --products-only --live   # adds a stack for the live account

The key needs read access to Entitlements and Products. Nothing is written to Stripe.`;

/** Returns the command without its action. */
export function initOptions() {
  return new Command("init")
    .summary("read an account and write a Pulumi program for it")
    .description("Reads the features, products and attachments of an account, and writes a Pulumi program for them.")
    .option("--out <folder>", "folder to write to", ".")
    .option(
      "--stack <name>",
      "stack that gets the ids of the products (default: the key's mode, test or live)",
      stackName,
    )
    .option(
      "--project <name>",
      "name of the project where there is no Pulumi.yaml (default: entitlements)",
      projectName,
    )
    .addOption(new Option("--format <format>", "form of the declarations").choices(["ts", "json"]).default("ts"))
    .option(
      "--plan-key <metadata.key>",
      "metadata of a product that holds the plan's name (default: from its name)",
      metadataKey,
    )
    .option("--archived-products", "include the products that are archived")
    .option("--import-file <file>", "also write a file for `pulumi import --file`")
    .addOption(
      new Option(
        "--check",
        "write nothing, and list what the catalog lacks. Exit code 2 if it lacks anything",
      ).conflicts(["force", "format", "importFile", "productsOnly"]),
    )
    .addOption(
      new Option(
        "--products-only",
        "write only the stack's file, with the products of the catalog's plans. Exit code 2 if a plan has none",
      ).conflicts(["format", "importFile"]),
    )
    .option("--catalog <file>", "catalog that --check and --products-only read (default: catalog.ts in the folder)")
    .option("--force", "replace files that exist with another content")
    .option("--live", "accept a key of live mode")
    .addOption(apiKeyStdinOption)
    .addOption(jsonOption)
    .addHelpText("after", examples);
}

/** The options as the user gave them. */
export type InitOptions = ReturnType<ReturnType<typeof initOptions>["opts"]>;

/** Returns the metadata key of `--plan-key metadata.<key>`. */
function metadataKey(text: string): string {
  const key = /^metadata\.(.+)$/.exec(text)?.[1];
  if (key !== undefined) return key;
  throw new InvalidArgumentError("It must be metadata. and the key, such as metadata.plan.");
}

function stackName(text: string): string {
  const isValid = /^([\w.-]+\/){0,2}[\w.-]+$/.test(text) && !text.split("/").some((step) => /^\.+$/.test(step));
  if (isValid) return text;
  throw new InvalidArgumentError("It must have only letters, digits, hyphens, underscores and dots.");
}

function projectName(text: string): string {
  if (/^[\w.-]{1,100}$/.test(text)) return text;
  throw new InvalidArgumentError("It must have 1 to 100 letters, digits, hyphens, underscores and dots.");
}
