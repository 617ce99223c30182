import { Command, InvalidArgumentError, Option } from "@commander-js/extra-typings";
import { jsonOption } from "../options";

const examples = `
Examples:
  $ stripe-entitlements diff                      # catalog.ts against the default branch, without a key
  $ pulumi preview --json --refresh --show-sames > preview.json
  $ stripe-entitlements diff --preview preview.json`;

/** Returns the command without its action. */
export function diffOptions() {
  return new Command("diff")
    .summary("say what a pull request changes, as Markdown")
    .description(
      "Says which plans gain and lose which features, as Markdown for a pull request. Compares a catalog with an " +
        "earlier commit, or reads a preview of Pulumi. Sends no requests.",
    )
    .option("--catalog <file>", "catalog to compare: TypeScript, JavaScript or JSON", "catalog.ts")
    .option("--base <git ref>", "commit to compare it with (default: the merge base with the default branch)")
    .addOption(
      new Option("--preview <file>", "output of `pulumi preview --json` to read instead, or - for standard input") //
        .conflicts(["catalog", "base"]),
    )
    .option("--id <text>", "part of the hidden marker, for several comments in a pull request", markerId)
    .option("--exit-code", "exit with 2 if a plan or a feature changes")
    .addOption(jsonOption)
    .addHelpText("after", examples);
}

/** The options as the user gave them. */
export type DiffOptions = ReturnType<ReturnType<typeof diffOptions>["opts"]>;

function markerId(text: string): string {
  // Two hyphens or `>` could end the HTML comment of the marker.
  if (/^\w+(?:[-./]\w+)*$/.test(text)) return text;
  throw new InvalidArgumentError("It must be letters and digits, with single hyphens, dots or slashes between them.");
}
