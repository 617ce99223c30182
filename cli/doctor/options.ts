import { Command } from "@commander-js/extra-typings";
import { apiKeyStdinOption, jsonOption } from "../options";

const examples = `
Examples:
  $ STRIPE_API_KEY=rk_test_… stripe-entitlements doctor
  $ pulumi config get stripe-entitlements:apiKey | stripe-entitlements doctor --stack dev --api-key-stdin

Exit code 1 if a check fails. Only reads are sent to Stripe, also with a key of live mode.`;

/** Returns the command without its action. */
export function doctorOptions() {
  return new Command("doctor")
    .summary("check the installation, the project, the key and the connection")
    .description("Checks the installation, the project, the configuration, the API key and the connection to Stripe.")
    .option("--project <folder>", "folder of the Pulumi project, or a folder in it", ".")
    .option("--stack <name>", "stack whose configuration applies (default: the only one with a file)")
    .addOption(apiKeyStdinOption)
    .addOption(jsonOption)
    .addHelpText("after", examples);
}

/** The options as the user gave them. */
export type DoctorOptions = ReturnType<ReturnType<typeof doctorOptions>["opts"]>;
