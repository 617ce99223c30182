import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseEmulatorArguments } from "../../cli/emulator-arguments";
import { introduction } from "../../cli/introduction";
import { readJson } from "../../cli/read-json";
import { startEmulator } from "../../emulator";
import { choicesSchema } from "../../emulator/input/choices";
import { faultsSchema } from "../../emulator/input/faults";
import { seedSchema } from "../../emulator/input/seed";
import { Command } from "./command";
import { featuresPath } from "./support";

/** Each run compiles the sources anew. */
const timeoutMs = 30_000;

describe("emulator: command", function () {
  this.timeout(timeoutMs);
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "command-"));
  });

  after(() => rm(folder, { recursive: true, force: true }));

  async function file(name: string, content: unknown): Promise<string> {
    const path = join(folder, name);
    await writeFile(path, typeof content === "string" ? content : JSON.stringify(content));
    return path;
  }

  it("starts with a seed, choices and faults, says what to export, and ends with Ctrl-C", async () => {
    const seed = await file("seed.json", {
      features: [{ lookupKey: "sso", name: "Single sign-on" }],
      products: [{ id: "prod_team", name: "Team", features: ["sso"] }],
    });
    const faults = await file("faults.json", [{ kind: "status", status: 503, method: "DELETE", times: 1 }]);
    const choices = await file("choices.json", { listWithoutArchived: "all" });
    const files = ["--seed", seed, "--faults", faults, "--choices", choices];
    const args = ["emulator", "--port", "0", "--api-key", "sk_test_local", "--latency", "30-40", ...files];
    await using command = new Command(args);
    const stripe = await command.client();
    assert.match(stripe.url, /^http:\/\/127\.0\.0\.1:\d+$/);
    assert.equal(stripe.key, "sk_test_local");
    const start = performance.now();
    const attached = await stripe.get("/v1/products/prod_team/features");
    assert.ok(performance.now() - start >= 29);
    const [feature] = attached.body.data.map((each) => each["entitlement_feature"]) as { id: string }[];
    assert.equal((await stripe.delete(`/v1/products/prod_team/features/${attached.body.data[0]?.id}`)).status, 503);
    await stripe.post(`${featuresPath}/${feature?.id}`, { active: false });
    assert.equal((await stripe.get(featuresPath)).body.data.length, 1, "archived ones, too");
    assert.equal((await fetch(stripe.url)).status, 200);
    const { code, stderr } = await command.end("SIGINT");
    assert.deepEqual([code, stderr], [0, ""]);
  });

  it("keeps its state in a file, without a warning, and limits the rate", async () => {
    const data = join(folder, "state.db");
    const args = ["emulator", "--port", "0", "--data", data, "--rate", "5"];
    let key = "";
    {
      await using command = new Command(args);
      const stripe = await command.client();
      key = stripe.key;
      assert.equal((await stripe.post(featuresPath, { lookup_key: "sso", name: "Single sign-on" })).status, 200);
      const answers = await Promise.all(Array.from({ length: 20 }, () => stripe.get(featuresPath)));
      assert.ok(answers.filter(({ status }) => status === 429).length >= 10);
      assert.ok(command.stdout.includes(`kept in ${data}`));
      const { code, stderr } = await command.end("SIGTERM");
      assert.deepEqual([code, stderr], [0, ""]);
    }
    await using again = new Command(args);
    const stripe = await again.client();
    assert.equal(stripe.key, key);
    const { data: features } = (await stripe.get(featuresPath)).body;
    assert.deepEqual(
      features.map((feature) => feature["lookup_key"]),
      ["sso"],
    );
  });

  it("fails with one clear line", async () => {
    await using taken = await startEmulator();
    const { port } = new URL(taken.url);
    const [busy, unknown] = await Promise.all([
      new Command(["emulator", "--port", port]).ended(),
      new Command(["emulator", "--prot", "1"]).ended(),
    ]);
    assert.deepEqual([busy.code, busy.stdout], [1, ""]);
    assert.equal(
      busy.stderr,
      `stripe-entitlements: Port ${port} is taken. End what uses it, or choose another with --port; 0 takes a free one.\n`,
    );
    assert.equal(unknown.code, 1);
    assert.match(
      unknown.stderr,
      /^stripe-entitlements: Unknown option '--prot'\.\n\nUsage: stripe-entitlements emulator/,
    );
  });

  it("explains itself", async () => {
    const [help, version, none] = await Promise.all(
      [["emulator", "-h"], ["--version"], []].map((args) => new Command(args).ended()),
    );
    assert.match(none?.stderr ?? "", /Usage: stripe-entitlements <command>/);
    for (const option of ["port", "host", "seed", "data", "rate", "latency", "faults", "choices"]) {
      assert.match(help?.stdout ?? "", new RegExp(`--${option} `));
    }
    assert.match(version?.stdout ?? "", /^\d+\.\d+\.\d+\n$/);
    assert.deepEqual([none?.code, none?.stderr.split("\n", 1)[0]], [1, "stripe-entitlements: A command is missing."]);
  });

  it("refuses options that make no sense, naming the option", () => {
    for (const [args, message] of [
      [["--port", "http"], /^--port takes a whole number from 0 to 65535, and "http" is none\.$/],
      [["--port", "70000"], /^--port .* "70000"/],
      [["--rate", "0"], /^--rate takes .* above 0/],
      [["--rate", "many"], /^--rate .* "many"/],
      [["--latency", "120-80"], /^--latency .* "120-80"/],
      [["--latency", "slow"], /^--latency .* "slow"/],
      [["--random-seed", "-1"], /random-seed/],
      [["--api-key", "sk_live_123"], /^--api-key takes a made-up secret test key/],
      [["--seed"], /--seed/],
      ...["port", "host", "api-key", "seed", "data", "rate", "latency", "faults", "random-seed", "choices"].map(
        (name) => [[`--${name}`, ""], new RegExp(`^--${name} is empty: give it a value, or leave it out\\.$`)] as const,
      ),
      [["now"], /Unexpected argument 'now'/],
    ] as const) {
      assert.throws(() => parseEmulatorArguments(args), { name: "UsageError", message });
    }
    assert.deepEqual(parseEmulatorArguments([]), { port: 12180, faults: [] });
    for (const help of ["-h", "--help"]) assert.equal(parseEmulatorArguments([help]), "help");
  });

  it("refuses a file that it cannot read, naming the place", async () => {
    const missing = join(folder, "missing.json");
    await assert.rejects(readJson(missing, seedSchema), {
      message: `${missing} cannot be read: there is no such file.`,
    });
    await assert.rejects(readJson(await file("a.json", "{"), seedSchema), /a\.json is not JSON: /);
    const wrong = { features: [{ lookupKey: "sso", name: "SSO" }, { name: "x" }] };
    await assert.rejects(readJson(await file("b.json", wrong), seedSchema), /b\.json: features\[1\]\.lookupKey: /);
    await assert.rejects(readJson(await file("c.json", { feature: [] }), seedSchema), /c\.json: .*"feature"/);
    await assert.rejects(readJson(await file("d.json", [{ kind: "flood" }]), faultsSchema), /d\.json: \[0\]\.kind: /);
    const odd = [{ kind: "latency", ms: 10, jitter: 3 }];
    await assert.rejects(readJson(await file("e.json", odd), faultsSchema), /e\.json: \[0\]: .*"jitter"/);
    await assert.rejects(
      readJson(await file("f.json", { lengthUnit: "inches" }), choicesSchema),
      /f\.json: lengthUnit/,
    );
    const status = { archiveTwice: { status: 200, message: "Fine." } };
    await assert.rejects(readJson(await file("g.json", status), choicesSchema), /g\.json: archiveTwice\.status/);
  });

  it("says so when other machines reach it", () => {
    const emulator = {
      url: "http://127.0.0.1:12180",
      page: "http://127.0.0.1:12180/?token=t",
      apiKey: "sk_test_local",
    };
    assert.match(introduction(emulator, { host: "0.0.0.0" }), /It listens on 0\.0\.0\.0, without encryption/);
    for (const host of ["127.0.0.1", "localhost", "::1"]) {
      assert.match(introduction(emulator, { host }), /Only this machine reaches it/);
    }
    assert.match(introduction(emulator, {}), /Only this machine reaches it/);
  });
});
