import { Command, Option } from "@commander-js/extra-typings";
import { apiKeyStdinOption, jsonOption } from "../options";

const examples = `
Examples:
  $ STRIPE_API_KEY=rk_test_… stripe-entitlements drift --stack-config Pulumi.dev.yaml
  $ stripe-entitlements drift --catalog catalog.ts --products products.json --ignore 'legacy-*'

Exit code 2 if there are differences. The key needs read access to Entitlements and Products.
Nothing is written to Stripe, and neither Pulumi nor its state is read.`;

/** Returns the command without its action. */
export function driftOptions() {
  return new Command("drift")
    .summary("compare a catalog with an account")
    .description("Compares the features and plans of a catalog with the features and attachments of an account.")
    .option("--catalog <file>", "catalog to compare, TypeScript, JavaScript or JSON", "catalog.ts")
    .addOption(new Option("--products <file>", "JSON file with the product id of each plan").conflicts("stackConfig"))
    .option(
      "--stack-config <file>",
      "Pulumi.<stack>.yaml with the products, and the account and mode that a key must have",
    )
    .option(
      "--ignore <pattern>",
      ignoreHelp,
      (pattern: string, before: string[]) => [...before, pattern],
      [] as string[],
    )
    .option("--plans-only", "leave out products without a plan in the catalog (default: every active product is read)")
    .option("--live", "accept a key of live mode")
    .addOption(apiKeyStdinOption)
    .addOption(jsonOption)
    .addOption(new Option("--markdown", "print the result as Markdown").conflicts("json"))
    .addHelpText("after", examples);
}

const ignoreHelp =
  "leave out what is unmanaged and has this lookup key, product id or owner, such as legacy-*. " +
  "A * matches any characters. Repeatable";

/** The options as the user gave them. */
export type DriftOptions = ReturnType<ReturnType<typeof driftOptions>["opts"]>;
