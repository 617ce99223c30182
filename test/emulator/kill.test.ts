import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "../cli/command";
import { type Answer, attachments, type Body, type Client, featuresPath } from "./support";

/** Set `EMULATOR_KILL_WRITES=10000` for the full test. */
const writeCount = Number(process.env["EMULATOR_KILL_WRITES"] ?? 1500);
const killCount = 3;
const workerCount = 16;
const timeoutMs = 300_000;
const productId = "prod_team";

/** Writes to an emulator that is restarted several times. */
class Writes {
  /** The answers by the number of the write. */
  readonly acknowledged = new Map<number, Answer>();
  #next = 0;
  readonly #interrupted: number[] = [];

  get isDone(): boolean {
    return this.acknowledged.size === writeCount;
  }

  /** Writes until all writes are acknowledged or the emulator is killed. */
  async run(stripe: Client, onAnswer: () => void): Promise<void> {
    const work = async () => {
      for (let number = this.#take(); number !== undefined; number = this.#take()) {
        try {
          this.acknowledged.set(number, await this.#write(stripe, number));
          onAnswer();
        } catch {
          this.#interrupted.push(number);
          return;
        }
      }
    };
    await Promise.all(Array.from({ length: workerCount }, work));
  }

  /** Returns the next write. An interrupted one is repeated first, with its idempotency key. */
  #take(): number | undefined {
    return this.#interrupted.pop() ?? (this.#next < writeCount ? this.#next++ : undefined);
  }

  /** Creates features. Of ten writes one attaches and one renames. */
  async #write(stripe: Client, number: number): Promise<Answer> {
    const key = { headers: { "idempotency-key": `write-${number}` } };
    const earlier = this.acknowledged.get(number - workerCount * 2)?.body;
    if (number % 10 === 4 && earlier?.["object"] === "entitlements.feature") {
      return stripe.post(attachments(productId), { entitlement_feature: earlier.id }, key);
    }
    if (number % 10 === 7 && earlier?.["object"] === "entitlements.feature") {
      return stripe.post(`${featuresPath}/${earlier.id}`, { name: `Renamed by ${number}` }, key);
    }
    return stripe.post(featuresPath, { lookup_key: `key-${number}`, name: `Feature ${number}` }, key);
  }
}

async function listAll(stripe: Client, path: string, params: object = {}): Promise<readonly Body[]> {
  const all: Body[] = [];
  for (let more = true; more; ) {
    const after = all.at(-1)?.id;
    const { body } = await stripe.get(path, { ...params, limit: 100, ...(after && { starting_after: after }) });
    all.push(...body.data);
    more = body.has_more;
  }
  return all;
}

/** Fails if an acknowledged write is missing. */
async function assertNothingLost(stripe: Client, { acknowledged }: Writes): Promise<void> {
  const features = new Map((await listAll(stripe, featuresPath, { archived: false })).map((each) => [each.id, each]));
  const attached = new Set((await listAll(stripe, attachments(productId))).map(({ id }) => id));
  assert.equal(new Set([...features.values()].map((each) => each["lookup_key"])).size, features.size, "nothing twice");
  for (const [number, { status, body }] of acknowledged) {
    assert.equal(status, 200, JSON.stringify(body));
    if (body["object"] === "product_feature") assert.ok(attached.has(body.id), `write ${number}`);
    else if (String(body["name"]).startsWith("Renamed")) assert.equal(features.get(body.id)?.["name"], body["name"]);
    else assert.ok(features.has(body.id), `write ${number}`);
  }
}

describe("emulator data file after a kill", function () {
  this.timeout(timeoutMs);
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "kill-"));
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  it(`has each of ${writeCount} acknowledged writes once after ${killCount} kills`, async () => {
    const args = ["emulator", "--port", "0", "--data", join(folder, "state.db")];
    const writes = new Writes();
    for (let life = 0; life <= killCount; life++) {
      await using command = new Command(args);
      const stripe = await command.client();
      if (life === 0) await stripe.post("/v1/products", { id: productId, name: "Team" });
      await assertNothingLost(stripe, writes);
      const killAt =
        life === killCount ? Number.POSITIVE_INFINITY : ((life + Math.random()) * writeCount) / (killCount + 1);
      let killed: Promise<unknown> | undefined;
      await writes.run(stripe, () => {
        if (writes.acknowledged.size >= killAt) killed ??= command.end("SIGKILL");
      });
      if (killed === undefined) await assertNothingLost(stripe, writes);
      await (killed ?? command.end());
    }
    assert.ok(writes.isDone);
  });

  it("answers 500 if the file cannot grow, and loses no acknowledged write", async () => {
    const args = ["emulator", "--port", "0", "--data", join(folder, "state.db")];
    await using full = new Command(args, "ulimit -f 400");
    const stripe = await full.client();
    const acknowledged: string[] = [];
    let refused: Answer | undefined;
    while (refused === undefined) {
      const key = `key-${acknowledged.length}`;
      const metadata = { text: "x".repeat(500) };
      const answer = await stripe.post(featuresPath, { lookup_key: key, name: key, metadata });
      if (answer.status === 200) acknowledged.push(key);
      else refused = answer;
    }
    assert.equal(refused.status, 500);
    assert.match(refused.body.error.message, /Cannot write the data file .*state\.db: /);
    await full.end("SIGKILL");
    await using next = new Command(args);
    const stored = new Set((await listAll(await next.client(), featuresPath)).map((feature) => feature["lookup_key"]));
    assert.ok(acknowledged.length > 10);
    for (const key of acknowledged) assert.ok(stored.has(key), key);
  });
});
