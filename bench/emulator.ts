/**
 * Measures the requests per second of the emulator, and whether every page of a list costs the same. The
 * emulator runs in a separate process, and so on one core. Every figure is from one run on one machine:
 * compare ratios, not runs.
 *
 *     node -r ts-node/register/transpile-only bench/emulator.ts [--quick]
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Pool } from "undici";

const featuresPath = "/v1/entitlements/features";
const connectionCount = 16;
const pageSize = 100;

const { quick } = parseArgs({ options: { quick: { type: "boolean", default: false } } }).values;
const storedFeatures = quick ? 1_000 : 10_000;
const longListLength = quick ? 10_000 : 100_000;
const secondsPerFigure = quick ? 0.5 : 3;
const pageCount = quick ? 200 : 2_000;

interface Started {
  readonly url: string;
  readonly apiKey: string;
}

/** An emulator in a separate process, and the requests to it. */
class Server implements AsyncDisposable {
  #created = 0;

  private constructor(
    private readonly child: ReturnType<typeof fork>,
    private readonly pool: Pool,
    private readonly headers: Record<string, string>,
  ) {}

  static async start(data = ""): Promise<Server> {
    const child = fork(join(__dirname, "emulator-process.ts"), [data]);
    const [{ url, apiKey }] = (await once(child, "message")) as [Started];
    const headers = { authorization: `Bearer ${apiKey}`, "content-type": "application/x-www-form-urlencoded" };
    return new Server(child, new Pool(url, { connections: connectionCount }), headers);
  }

  async create(): Promise<string> {
    const number = this.#created++;
    const body = `lookup_key=key-${number}&name=Feature+${number}&metadata[team]=identity`;
    return (await this.#send("POST", featuresPath, body)).id;
  }

  async read(id: string): Promise<void> {
    await this.#send("GET", `${featuresPath}/${id}`);
  }

  /** Returns the ids of a page of the list, by default of the first page. */
  async page(cursor = ""): Promise<readonly string[]> {
    const { data } = await this.#send("GET", `${featuresPath}?archived=false&limit=${pageSize}${cursor}`);
    return data.map(({ id }) => id);
  }

  /** Creates features until the list has `count`. */
  async fill(count: number): Promise<string[]> {
    const ids: string[] = [];
    await concurrently(async () => {
      if (this.#created >= count) return false;
      ids.push(await this.create());
      return true;
    });
    return ids;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.pool.close();
    this.child.kill();
    await once(this.child, "exit");
  }

  async #send(method: "GET" | "POST", path: string, body: string | null = null) {
    const { statusCode, body: answer } = await this.pool.request({ method, path, headers: this.headers, body });
    const read = (await answer.json()) as { id: string; data: { id: string }[] };
    if (statusCode !== 200) throw new Error(`${method} ${path} was answered ${statusCode}: ${JSON.stringify(read)}`);
    return read;
  }
}

/** Keeps a request in flight on every connection, until `next` returns false. */
async function concurrently(next: () => Promise<boolean>): Promise<void> {
  const work = async () => {
    while (await next());
  };
  await Promise.all(Array.from({ length: connectionCount }, work));
}

async function perSecond(request: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  const end = start + secondsPerFigure * 1000;
  let count = 0;
  await concurrently(async () => {
    await request();
    count += 1;
    return performance.now() < end;
  });
  return count / ((performance.now() - start) / 1000);
}

async function throughput(data?: string): Promise<Record<string, string>> {
  await using server = await Server.start(data);
  const ids = await server.fill(storedFeatures);
  const some = () => ids[Math.floor(Math.random() * ids.length)] ?? "";
  const figures = {
    create: await perSecond(() => server.create()),
    read: await perSecond(() => server.read(some())),
    [`list of ${pageSize}`]: await perSecond(() => server.page(`&starting_after=${some()}`)),
  };
  const rounded = Object.entries(figures).map(([operation, figure]) => [
    operation,
    Math.round(figure).toLocaleString("en"),
  ]);
  return Object.fromEntries(rounded);
}

/**
 * Compares the cost of a page at the beginning and at the end of a long list. They alternate, so that
 * both run under the same load.
 */
async function pageCost(): Promise<Record<string, string>> {
  await using server = await Server.start();
  const [oldest = ""] = await server.fill(longListLength);
  const [cursor = ""] = await server.page(`&ending_before=${oldest}`);
  const nearEnd = `&starting_after=${cursor}`;
  if ((await server.page(nearEnd)).length !== pageSize) throw new Error("The page at the end is not full.");
  const times = { beginning: 0, end: 0 };
  for (let i = 0; i < pageCount; i++) {
    const start = performance.now();
    await server.page();
    const between = performance.now();
    await server.page(nearEnd);
    times.beginning += between - start;
    times.end += performance.now() - between;
  }
  const cost = (total: number) => `${(total / pageCount).toFixed(2)} ms`;
  return {
    beginning: cost(times.beginning),
    end: cost(times.end),
    ratio: (times.end / times.beginning).toFixed(2),
  };
}

async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "bench-"));
  try {
    console.log(
      `Requests a second, with ${storedFeatures.toLocaleString("en")} features stored and ${connectionCount} connections:`,
    );
    console.table({
      "in memory": await throughput(),
      "with a data file": await throughput(join(folder, "state.db")),
    });
    console.log(`\nA page of ${pageSize} in a list of ${longListLength.toLocaleString("en")}:`);
    console.table({ "one request": await pageCost() });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

void main();
