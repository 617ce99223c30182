import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Stripe from "stripe";
import { banner } from "../../cli/emulator/banner";
import { startEmulator } from "../../emulator";
import { featuresPath, until } from "../emulator/support";
import { WebhookReceiver } from "../emulator/webhook-receiver";
import { Command } from "./command";
import { runCli } from "./run-cli";

describe("stripe-entitlements emulator", () => {
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

  it("starts with a seed, choices and faults, and stops on SIGINT", async () => {
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
    assert.equal((await stripe.get(featuresPath)).body.data.length, 1, "archived features are listed, too");
    assert.equal((await fetch(stripe.url)).status, 200);
    const { code, stderr } = await command.end("SIGINT");
    assert.deepEqual([code, stderr], [0, ""]);
  });

  it("keeps its state in a file, prints no warning, and limits the rate", async () => {
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

  it("sends events to an address, signed with the secret that it prints", async () => {
    await using receiver = await WebhookReceiver.start();
    const seed = await file("seed.json", {
      features: [{ lookupKey: "sso", name: "Single sign-on" }],
      products: [{ id: "prod_team", name: "Team", features: ["sso"] }],
      customers: [{ id: "cus_acme" }],
    });
    await using command = new Command(["emulator", "--port", "0", "--seed", seed, "--webhook", receiver.url]);
    const stripe = await command.client();
    const secret = /export STRIPE_WEBHOOK_SECRET='(whsec_\w+)'/.exec(command.stdout)?.[1] ?? "";
    assert.ok(command.stdout.includes(`Events are sent to ${receiver.url}.`));
    const response = await fetch(`${stripe.url}/_emulator/dashboard/subscribe`, {
      method: "POST",
      headers: { authorization: `Bearer ${stripe.key}` },
      body: JSON.stringify({ customer: "cus_acme", product: "prod_team" }),
    });
    assert.equal(response.status, 200);
    await until(() => receiver.received.length === 1);
    const [{ headers, body } = assert.fail("nothing arrived")] = receiver.received;
    const event = Stripe.webhooks.constructEvent(body, headers["stripe-signature"] as string, secret);
    assert.equal(event.type, "entitlements.active_entitlement_summary.updated");
  });

  it("has the same account after a restart with the same key, and the one that is given", async () => {
    const accountOf = async (...args: readonly string[]) => {
      await using command = new Command(["emulator", "--port", "0", ...args]);
      return (await (await command.client()).get("/v1/account")).body.id;
    };
    const first = await accountOf("--api-key", "sk_test_one");
    assert.match(first, /^acct_1\w{15}$/);
    assert.equal(await accountOf("--api-key", "sk_test_one"), first);
    assert.notEqual(await accountOf("--api-key", "sk_test_two"), first);
    assert.equal(await accountOf("--api-key", "sk_test_one", "--account", "acct_made_up"), "acct_made_up");
  });

  it("fails with two lines on a port in use", async () => {
    await using taken = await startEmulator();
    const { port } = new URL(taken.url);
    assert.deepEqual(await runCli(["emulator", "--port", port]), {
      code: 1,
      stdout: "",
      stderr:
        `stripe-entitlements: port ${port} is in use\n` +
        "Stop the program that uses it, or choose another port with --port (0 for a free one).\n",
    });
  });

  it("lists its options with --help", async () => {
    const { stdout } = await runCli(["emulator", "-h"]);
    for (const option of [
      "port",
      "host",
      "account",
      "seed",
      "data",
      "webhook",
      "rate",
      "latency",
      "faults",
      "choices",
    ]) {
      assert.match(stdout, new RegExp(`--${option} `));
    }
  });

  it("refuses a wrong value and names the option", async () => {
    for (const [args, message] of [
      [
        ["--port", "http"],
        /'--port <number>' argument 'http' is invalid\. It must be a whole number from 0 to 65535\.$/m,
      ],
      [["--port", "70000"], /--port .* '70000'/],
      [["--rate", "0"], /--rate .* It must be .* above 0/],
      [["--rate", "many"], /--rate .* 'many'/],
      [["--latency", "120-80"], /--latency .* '120-80'/],
      [["--latency", "slow"], /--latency .* 'slow'/],
      [["--random-seed", "-1"], /random-seed/],
      [["--api-key", "sk_live_123"], /It must be a made-up secret test key/],
      [["--seed"], /--seed/],
      [["--account", "prod_1"], /It must be a made-up account id/],
      [["--webhook", "https://example.com/"], /is not a URL that a webhook can have/],
      [["--webhook-secret", "secret"], /It must be a made-up signing secret/],
      [["--webhook-secret", "whsec_1"], /--webhook-secret is given without --webhook/],
      [["--webhook-payload", "thin"], /--webhook-payload is given without --webhook/],
      [["--webhook-payload", "fat"], /Allowed choices are snapshot, thin/],
      ...["port", "api-key", "rate", "latency", "random-seed"].map(
        (name) => [[`--${name}`, ""], new RegExp(`--${name} .* is invalid`)] as const,
      ),
      ...["host", "seed", "data", "faults", "choices"].map(
        (name) => [[`--${name}`, ""], new RegExp(`--${name} is empty\\. Give it a value, or leave it out\\.`)] as const,
      ),
      [["now"], /too many arguments/],
    ] as const) {
      const { code, stdout, stderr } = await runCli(["emulator", ...args]);
      assert.deepEqual([code, stdout], [1, ""], args.join(" "));
      assert.match(stderr, message);
      assert.doesNotMatch(stderr, /sk_live/);
    }
  });

  it("prints who can reach the server", () => {
    const emulator = {
      url: "http://127.0.0.1:12180",
      page: "http://127.0.0.1:12180/?token=t",
      apiKey: "sk_test_local",
      webhooks: [],
    };
    assert.match(banner(emulator, { host: "0.0.0.0" }), /It listens on 0\.0\.0\.0 without encryption/);
    for (const host of ["127.0.0.1", "localhost", "::1"]) {
      assert.match(banner(emulator, { host }), /Only this machine can reach it/);
    }
    assert.match(banner(emulator, {}), /Only this machine can reach it/);
  });
});
