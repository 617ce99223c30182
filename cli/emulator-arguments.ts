import { parseArgs } from "node:util";
import type { Fault } from "../emulator";
import { UsageError } from "./usage-error";

const defaultPort = 12180;
const maxPort = 65_535;

export const usage = `Usage: stripe-entitlements emulator [options]

Runs Stripe Entitlements on this machine, with a page to look at it and to click in it.

Options:
  --port <number>       port to listen on, 0 for a free one (default: ${defaultPort})
  --host <address>      address to listen on (default: 127.0.0.1, which only this machine reaches)
  --api-key <key>       secret test key to accept, sk_test_… (default: a random one)
  --seed <file.json>    features, products and customers to start with
  --data <file>         keep the state in this file (default: in memory)
  --rate <number>       requests per second, above which it answers 429 (default: no limit)
  --latency <ms>        time that a request takes, such as 80, or 80-120 at random (default: none)
  --faults <file.json>  list of other faults
  --random-seed <n>     seed of the faults' random numbers (default: 1)
  --choices <file.json> other answers where Stripe publishes none
  -h, --help            show this
`;

/** How the command was called, each value checked. */
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

/** @throws UsageError that names the option which is wrong. */
export function parseEmulatorArguments(args: readonly string[]): EmulatorArguments | "help" {
  const values = rawValues(args);
  if (values.help) return "help";
  const { choices, data, host, latency, rate, seed } = values;
  const apiKey = values["api-key"];
  const randomSeed = values["random-seed"];
  if (apiKey !== undefined && !/^sk_test_\w+$/.test(apiKey)) {
    throw new UsageError("--api-key takes a made-up secret test key, sk_test_ and letters or digits.", usage);
  }
  const faults = [...(rate === undefined ? [] : [rateLimit(rate)]), ...(latency === undefined ? [] : [slow(latency)])];
  return {
    port: values.port === undefined ? defaultPort : integer("--port", values.port, maxPort),
    faults,
    ...(host !== undefined && { host }),
    ...(apiKey !== undefined && { apiKey }),
    ...(seed !== undefined && { seed }),
    ...(data !== undefined && { data }),
    ...(values.faults !== undefined && { faultsFile: values.faults }),
    ...(randomSeed !== undefined && { randomSeed: integer("--random-seed", randomSeed, 2 ** 32 - 1) }),
    ...(choices !== undefined && { choices }),
  };
}

function rawValues(args: readonly string[]) {
  const string = { type: "string" } as const;
  const options = {
    port: string,
    host: string,
    "api-key": string,
    seed: string,
    data: string,
    rate: string,
    latency: string,
    faults: string,
    "random-seed": string,
    choices: string,
    help: { type: "boolean", short: "h" },
  } as const;
  try {
    const { values } = parseArgs({ args: [...args], options });
    refuseEmpty(values);
    return values;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    // The parser goes on to advise on positional arguments, which do not exist here.
    const [sentence = ""] = (error instanceof Error ? error.message : String(error)).split(". ", 1);
    throw new UsageError(`${sentence.replace(/\.$/, "")}.`, usage);
  }
}

/** What an unset variable of a script becomes: no host would mean every address, and no file a state that is not kept. */
function refuseEmpty(values: Readonly<Record<string, string | boolean | undefined>>): void {
  const empty = Object.keys(values).find((name) => values[name] === "");
  if (empty !== undefined) throw new UsageError(`--${empty} is empty: give it a value, or leave it out.`, usage);
}

function rateLimit(text: string): Fault {
  const requestsPerSecond = Number(text);
  if (requestsPerSecond > 0) return { kind: "rateLimit", requestsPerSecond };
  throw new UsageError(`--rate takes a number of requests per second above 0, and "${text}" is none.`, usage);
}

function slow(text: string): Fault {
  const [, from, to = from] = /^(\d+)(?:-(\d+))?$/.exec(text) ?? [];
  const ms = Number(from);
  const jitterMs = Number(to) - ms;
  if (jitterMs >= 0) return { kind: "latency", ms, jitterMs };
  throw new UsageError(`--latency takes milliseconds, as 80 or 80-120, and "${text}" is neither.`, usage);
}

function integer(option: string, text: string, max: number): number {
  if (/^\d+$/.test(text) && Number(text) <= max) return Number(text);
  throw new UsageError(`${option} takes a whole number from 0 to ${max}, and "${text}" is none.`, usage);
}
