import assert from "node:assert/strict";
import { join } from "node:path";
import { Command, type Ended } from "./command";
import { Project } from "./drift/project";
import { Account } from "./init/account";

const catalog = `import { defineCatalog } from "pulumi-stripe-entitlements/catalog";
export const catalog = defineCatalog({ features: { api: { name: "API" } }, plans: { team: { features: ["api"] } } });
`;

describe("A process of stripe-entitlements", () => {
  let project: Project;

  before(async () => {
    project = await Project.open();
    await project.write("team.json", JSON.stringify({ team: "prod_team" }));
  });

  after(() => project[Symbol.asyncDispose]());

  /** Runs `drift` with a catalog in a process of its own. */
  async function driftFrom(text: string): Promise<Ended> {
    await project.write("own.mts", text);
    const { emulator, folder } = project;
    const [file, products] = ["own.mts", "team.json"].map((name) => join(folder, name));
    return await new Command(["drift", "--json", "--catalog", `${file}`, "--products", `${products}`], undefined, {
      STRIPE_API_BASE: emulator.url,
      STRIPE_API_KEY: emulator.apiKey,
    }).ended();
  }

  it("keeps what a catalog prints out of standard output, and ends although it leaves a timer", async () => {
    const { code, stdout, stderr } = await driftFrom(
      `console.log("printed"); process.stdout.write("written\\n"); setInterval(() => console.log("later"), 1);\n${catalog}`,
    );
    assert.equal(code, 2);
    assert.equal(JSON.parse(stdout).summary.mode, "test");
    assert.match(stderr, /^printed\nwritten\nlater\n/);
  });

  for (const [what, text] of [
    ["ends the process", "process.exit(0);"],
    ["waits for what never happens", "await new Promise(() => {});"],
  ] as const) {
    it(`fails when a catalog ${what}`, async () => {
      const { code, stdout, stderr } = await driftFrom(`${text}\n${catalog}`);
      assert.deepEqual([code, stdout], [1, ""]);
      assert.match(stderr, /^stripe-entitlements: the catalog ended the process, or waits for what never happens\n$/);
    });
  }

  it("does its work and keeps its exit code when the reader of its output ends first", async () => {
    await using account = await Account.start();
    account.product({ id: "prod_team", name: "Team" }, account.features("sso"));
    const env = { STRIPE_API_BASE: account.emulator.url, STRIPE_API_KEY: account.emulator.apiKey };
    const run = (args: readonly string[]) => new Command(args, undefined, env).closeOutput().ended();
    assert.equal((await run(["init", "--out", account.folder])).code, 0);
    assert.match(await account.read("catalog.ts"), /sso/);
    account.product({ id: "prod_new", name: "New" }, account.features("api"));
    assert.equal((await run(["init", "--check", "--out", account.folder])).code, 2);
  });
});
