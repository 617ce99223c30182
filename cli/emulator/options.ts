import { Command, InvalidArgumentError, Option } from "@commander-js/extra-typings";
import type { Fault } from "../../emulator";
import { integer } from "../options";

const defaultPort = 12180;
const maxPort = 65_535;
const maxRandomSeed = 2 ** 32 - 1;

const example = `
Example:
  $ stripe-entitlements emulator --seed seed.json
  Then run the two \`export\` lines that it prints in another terminal, and \`pulumi up\` there.`;

/** Returns the command without its action. */
export function emulatorOptions() {
  return new Command("emulator")
    .summary("run an emulator of Stripe Entitlements on this machine")
    .description(
      "Runs an emulator of Stripe Entitlements on this machine, with a page to view and change its state, until Ctrl-C.",
    )
    .option("--port <number>", "port to listen on, or 0 for a free one", integer(maxPort), defaultPort)
    .option("--host <address>", "address to listen on (default: 127.0.0.1, which only this machine can reach)")
    .option(
      "--api-key <key>",
      "made-up secret test key to accept, sk_test_… (default: a random key). It is no key of Stripe",
      testKey,
    )
    .option(
      "--account <id>",
      "made-up account id, acct_… (default: one that follows from the key, or a random one)",
      accountId,
    )
    .option("--seed <file.json>", "features, products and customers to start with")
    .option("--data <file>", "file to keep the state in (default: in memory)")
    .option("--webhook <url>", "address of this machine to send events to, such as http://127.0.0.1:4242/webhook")
    .option("--webhook-secret <secret>", "signing secret of the events, whsec_… (default: a random one)", signingSecret)
    .addOption(
      new Option("--webhook-payload <kind>", "kind of the events")
        .choices(["snapshot", "thin"])
        .default("snapshot" as const),
    )
    .option("--rate <number>", "requests per second, above which requests get 429 (default: no limit)", rateLimit)
    .option("--latency <ms>", "time that a request takes, such as 80, or 80-120 for a random time", latency)
    .option("--faults <file.json>", "list of other faults")
    .option("--random-seed <n>", "seed of the faults' random numbers (default: 1)", integer(maxRandomSeed))
    .option("--choices <file.json>", "other answers where Stripe publishes none")
    .addHelpText("after", example);
}

/** The options as the user gave them. */
export type EmulatorCommandOptions = ReturnType<ReturnType<typeof emulatorOptions>["opts"]>;

function testKey(text: string): string {
  if (/^sk_test_\w+$/.test(text)) return text;
  throw new InvalidArgumentError("It must be a made-up secret test key: sk_test_ and letters or digits.");
}

function accountId(text: string): string {
  if (/^acct_\w+$/.test(text)) return text;
  throw new InvalidArgumentError("It must be a made-up account id: acct_ and letters or digits.");
}

function signingSecret(text: string): string {
  if (/^whsec_\w+$/.test(text)) return text;
  throw new InvalidArgumentError("It must be a made-up signing secret: whsec_ and letters or digits.");
}

function rateLimit(text: string): Fault {
  const requestsPerSecond = Number(text);
  if (requestsPerSecond > 0) return { kind: "rateLimit", requestsPerSecond };
  throw new InvalidArgumentError("It must be a number of requests per second above 0.");
}

function latency(text: string): Fault {
  const [, from, to = from] = /^(\d+)(?:-(\d+))?$/.exec(text) ?? [];
  const ms = Number(from);
  const jitterMs = Number(to) - ms;
  if (jitterMs >= 0) return { kind: "latency", ms, jitterMs };
  throw new InvalidArgumentError("It must be milliseconds, such as 80 or 80-120.");
}
