import assert from "node:assert/strict";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeFiles } from "../../../cli/files/write-files";
import { Command } from "../command";
import { Account } from "../init/account";

describe("writeFiles", () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "write-files-"));
  });

  afterEach(async () => {
    await chmod(folder, 0o700);
    await rm(folder, { recursive: true, force: true });
  });

  const file = (name: string, text: string) => ({ path: join(folder, name), text });

  it("creates folders and replaces files, through links and with their permissions", async () => {
    await writeFile(join(folder, "own.ts"), "old", { mode: 0o640 });
    await symlink("own.ts", join(folder, "link.ts"));
    writeFiles([file("link.ts", "new"), file("deep/er/a.ts", "a")]);
    assert.equal(await readFile(join(folder, "own.ts"), "utf8"), "new");
    assert.equal((await stat(join(folder, "own.ts"))).mode & 0o777, 0o640);
    assert.deepEqual((await readdir(folder)).sort(), ["deep", "link.ts", "own.ts"]);
  });

  it("writes no file when one of them cannot be written", async () => {
    await mkdir(join(folder, "b.ts"));
    assert.throws(() => writeFiles([file("a.ts", "a"), file("b.ts", "b")]), {
      name: "CliError",
      message: `cannot write ${join(folder, "b.ts")}: there is a folder`,
    });
    assert.deepEqual(await readdir(folder), ["b.ts"]);
  });

  it("names the file in a read-only folder", async () => {
    await chmod(folder, 0o555);
    using _ = withoutRoot();
    assert.throws(() => writeFiles([file("a.ts", "a")]), { name: "CliError", message: /a\.ts: EACCES/ });
  });
});

/** Makes this process another user until the end of the block: permissions do not limit root. */
function withoutRoot(): Disposable {
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.(65_534);
  return { [Symbol.dispose]: () => isRoot && process.seteuid?.(0) };
}

describe("An interrupted stripe-entitlements init", () => {
  const environment = ({ emulator }: Account) => ({ STRIPE_API_BASE: emulator.url, STRIPE_API_KEY: emulator.apiKey });

  for (const [signal, code] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const) {
    it(`leaves no file after ${signal} and exits with ${code}`, async () => {
      await using account = await Account.start();
      account.features("sso");
      account.emulator.faults.add({ kind: "latency", ms: 60_000, route: "/v1/products" });
      await using command = new Command(["init", "--out", account.folder], undefined, environment(account));
      while (account.emulator.requests.count({ route: "/v1/entitlements/features" }) === 0) {
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      assert.equal((await command.end(signal)).code, code);
      assert.deepEqual([...(await account.files())], []);
    });
  }

  it("leaves no file on a full disk, and names the file", async () => {
    await using account = await Account.start();
    account.features(...Array.from({ length: 300 }, (_, n) => `feature-${n}`));
    await using command = new Command(["init", "--out", account.folder], "ulimit -f 8", environment(account));
    const { code, stderr } = await command.ended();
    assert.equal(code, 1);
    assert.match(stderr, /^stripe-entitlements: cannot write .*catalog\.ts: EFBIG/m);
    assert.deepEqual([...(await account.files())], []);
  });
});
