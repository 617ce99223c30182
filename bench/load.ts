/**
 * What the provider costs beyond the engine: the same number of resources, once of this package and once of a provider that does nothing,
 * with the same engine in the same run. Run it with
 * `node tools/run.mjs --build --pulumi node -r ts-node/register/transpile-only bench/load.ts`.
 */
import { Catalog, stackOf } from "../test/chaos/support/catalog";
import type { TestStack } from "../test/support/stack";

const size = { features: 100, attachments: 200 };
/** Milliseconds that the server takes for each request. */
const latency = 100;
/** Of any one endpoint, in a second: the limit that the provider keeps whatever is configured. */
const perEndpoint = 24;
/** Attachments of one product are made one after the other. */
const products = 5;

const idle = `
const provider = {
  create: async (inputs) => ({ id: "idle-" + inputs.n, outs: inputs }),
  read: async (id, props) => ({ id, props }),
  delete: async () => undefined,
};
class Idle extends pulumi.dynamic.Resource {
  constructor(name, props, options) { super(provider, name, props, options); }
}
const first = Array.from({ length: ${size.features} }, (_, n) => new Idle("first-" + n, { n: String(n) }));
for (let n = 0; n < ${size.attachments}; n += 1)
  new Idle("second-" + n, { n: "second-" + n, on: first[n % ${size.features}].id });
`;

const commands = ["up", "refresh", "destroy"] as const;

interface Measured {
  readonly command: string;
  readonly seconds: number;
  readonly requests: number;
}

async function measure(stack: TestStack): Promise<Measured[]> {
  const measured: Measured[] = [];
  for (const command of commands) {
    stack.emulator.requests.clear();
    const started = performance.now();
    await stack.must([command, "--skip-preview"]);
    measured.push({
      command,
      seconds: (performance.now() - started) / 1_000,
      requests: stack.emulator.requests.count(),
    });
  }
  return measured;
}

async function run(program: string): Promise<Measured[]> {
  await using stack = await stackOf(new Catalog(size));
  stack.emulator.faults.add({ kind: "latency", ms: latency });
  await stack.must(["config", "set", "stripe-entitlements:maxRequestsPerSecond", "10000"]);
  await stack.program(program);
  return measure(stack);
}

/** The least time that the requests of a command can take, by the limit of an endpoint and by the sequence on a product. */
function floorOf(command: string): number {
  if (command === "refresh") return (3 * latency) / 1_000;
  const writes = Math.max(size.features, size.attachments) / perEndpoint - 1;
  const inSequence = ((size.attachments / products) * latency) / 1_000;
  return Math.max(writes, inSequence);
}

async function main(): Promise<void> {
  const engineAlone = await run(idle);
  const ours = await run(new Catalog(size).program);
  const rows = ours.map(({ command, seconds, requests }, index) => {
    const engine = engineAlone[index]?.seconds ?? Number.NaN;
    return {
      command,
      requests,
      seconds: seconds.toFixed(1),
      "engine alone": engine.toFixed(1),
      "floor of the requests": floorOf(command).toFixed(1),
      ratio: (seconds / (engine + floorOf(command))).toFixed(2),
    };
  });
  console.table(rows);
}

void main();
