import { InvalidArgumentError, Option } from "@commander-js/extra-typings";

// Options that several commands have. They have the same names and meanings everywhere.

export const apiKeyStdinOption = new Option(
  "--api-key-stdin",
  "read the API key from standard input (default: from the variable STRIPE_API_KEY)",
);

export const jsonOption = new Option("--json", "print the result as JSON");

/** Returns a parser of whole numbers for `argParser`. */
export const integer =
  (max: number) =>
  (text: string): number => {
    if (/^\d+$/.test(text) && Number(text) <= max) return Number(text);
    throw new InvalidArgumentError(`It must be a whole number from 0 to ${max}.`);
  };
