import { parseArgs } from "node:util";
import type { Fault } from "../../emulator";
import { UsageError } from "../usage-error";

const defaultPort = 12180;
const maxPort = 65_535;
const maxRandomSeed = 2 ** 32 - 1;

/** The options with a value: a placeholder for it, and what the option does. */
const options = {
  port: ["<number>", `port to listen on, or 0 for a free one (default: ${defaultPort})`],
  host: ["<address>", "address to listen on (default: 127.0.0.1, which only this machine can reach)"],
  "api-key": ["<key>", "secret test key to accept, sk_test_… (default: a random key)"],
  seed: ["<file.json>", "features, products and customers to start with"],
  data: ["<file>", "file to keep the state in (default: in memory)"],
  rate: ["<number>", "requests per second, above which requests get 429 (default: no limit)"],
  latency: ["<ms>", "time that a request takes, such as 80, or 80-120 for a random time (default: none)"],
  faults: ["<file.json>", "list of other faults"],
  "random-seed": ["<n>", "seed of the faults' random numbers (default: 1)"],
  choices: ["<file.json>", "other answers where Stripe publishes none"],
} as const;

type OptionName = keyof typeof options;

const optionWidth = 22;
const row = (option: string, text: string) => `  ${option.padEnd(optionWidth)}${text}\n`;

/** The text of `stripe-entitlements emulator --help`. */
export const usage = `Usage: stripe-entitlements emulator [options]

Runs an emulator of Stripe Entitlements on this machine, with a page to view and change its state.

Options:
${Object.entries(options)
  .map(([name, [value, text]]) => row(`--${name} ${value}`, text))
  .join("")}${row("-h, --help", "show this text")}`;

/** The checked arguments of the command. */
export interface EmulatorArguments {
  readonly port: number;
  readonly host?: string;
  readonly apiKey?: string;
  readonly seed?: string;
  readonly data?: string;
  readonly faults?: readonly Fault[];
  readonly faultsFile?: string;
  readonly randomSeed?: number;
  readonly choices?: string;
}

/** @throws UsageError that names the wrong option. */
export function parseEmulatorArguments(args: readonly string[]): EmulatorArguments | "help" {
  const values = rawValues(args);
  if (values.help) return "help";
  const { choices, data, host, latency, rate, seed } = values;
  const apiKey = values["api-key"];
  const randomSeed = values["random-seed"];
  if (apiKey !== undefined && !/^sk_test_\w+$/.test(apiKey)) {
    throw new UsageError("--api-key must be a made-up secret test key: sk_test_ and letters or digits.", usage);
  }
  const faults = [...(rate === undefined ? [] : [rateLimit(rate)]), ...(latency === undefined ? [] : [slow(latency)])];
  return {
    port: values.port === undefined ? defaultPort : integer("port", values.port, maxPort),
    faults,
    ...(host !== undefined && { host }),
    ...(apiKey !== undefined && { apiKey }),
    ...(seed !== undefined && { seed }),
    ...(data !== undefined && { data }),
    ...(values.faults !== undefined && { faultsFile: values.faults }),
    ...(randomSeed !== undefined && { randomSeed: integer("random-seed", randomSeed, maxRandomSeed) }),
    ...(choices !== undefined && { choices }),
  };
}

type RawValues = { readonly [Name in OptionName]?: string } & { readonly help?: boolean };

function rawValues(args: readonly string[]): RawValues {
  const withValue = Object.keys(options).map((name) => [name, { type: "string" }] as const);
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { ...Object.fromEntries(withValue), help: { type: "boolean", short: "h" } },
    });
    assertNoEmptyValue(values);
    return values as RawValues;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    // Node's message continues with advice on positional arguments, which this command does not
    // have.
    const [sentence = ""] = (error instanceof Error ? error.message : String(error)).split(". ", 1);
    throw new UsageError(`${sentence.replace(/\.$/, "")}.`, usage);
  }
}

/**
 * An unset variable in a script becomes an empty value. An empty host would mean every address of
 * the machine.
 */
function assertNoEmptyValue(values: Readonly<Record<string, unknown>>): void {
  const empty = Object.keys(values).find((name) => values[name] === "");
  if (empty !== undefined) throw new UsageError(`--${empty} is empty. Give it a value, or leave it out.`, usage);
}

function rateLimit(text: string): Fault {
  const requestsPerSecond = Number(text);
  if (requestsPerSecond > 0) return { kind: "rateLimit", requestsPerSecond };
  throw new UsageError(`--rate must be a number of requests per second above 0, got "${text}".`, usage);
}

function slow(text: string): Fault {
  const [, from, to = from] = /^(\d+)(?:-(\d+))?$/.exec(text) ?? [];
  const ms = Number(from);
  const jitterMs = Number(to) - ms;
  if (jitterMs >= 0) return { kind: "latency", ms, jitterMs };
  throw new UsageError(`--latency must be milliseconds, such as 80 or 80-120, got "${text}".`, usage);
}

function integer(option: OptionName, text: string, max: number): number {
  if (/^\d+$/.test(text) && Number(text) <= max) return Number(text);
  throw new UsageError(`--${option} must be a whole number from 0 to ${max}, got "${text}".`, usage);
}
