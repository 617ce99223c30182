import assert from "node:assert/strict";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { LocalContext } from "../../../provider/lifecycle/context";
import { feature } from "../../../provider/lifecycle/feature";
import { UnansweredError } from "../../../provider/lifecycle/run/other-processes";
import { findEngine, ProviderProcesses } from "../../../provider/processes";
import { AnnouncementFolder } from "../../../provider/processes/folder";
import { listen } from "../../../provider/processes/lines";
import { declareFeature } from "../../support/declare";
import { engineAddress, TestEngine } from "../../support/provider-processes";
import { entitlementsRejection, rejection } from "../../support/rejection";
import { removeAtExit } from "../../support/remove-at-exit";
import { localContext, setup } from "../../support/test-environment";

const question = { kind: "features", key: "sso", id: "feat_1" } as const;
/** Milliseconds. */
const patience = 100;
const hour = 3_600_000;

/** Two processes of one engine. The first asks the other one. */
class Pair implements Disposable {
  readonly engine = engineAddress();
  readonly context: LocalContext = localContext();
  readonly asking = new ProviderProcesses(this.engine, localContext(), patience);
  readonly asked = new ProviderProcesses(this.engine, this.context, patience);
  readonly folder = new AnnouncementFolder(this.engine);

  /** Writes the file of a process that this test invents. */
  announce(change: object): string {
    this.folder.write({ pid: 1, port: 1, token: "t", isDeclaring: true, ...change });
    return join(this.folder.path, this.folder.own);
  }

  async unanswered(): Promise<UnansweredError> {
    const error = await rejection(this.asking.ask(question));
    assert.ok(error instanceof UnansweredError, error.stack);
    return error;
  }

  [Symbol.dispose](): void {
    this.asking[Symbol.dispose]();
    this.asked[Symbol.dispose]();
    rmSync(this.folder.path, { recursive: true, force: true });
  }
}

/** Returns a port without a listener. */
async function closedPort(): Promise<number> {
  const { port, close } = await listen(async () => "", patience);
  close();
  return port;
}

describe("ProviderProcesses", () => {
  it("returns the answers of the other processes, and none of its own", async () => {
    using pair = new Pair();
    await pair.asking.announce();
    assert.deepEqual(await pair.asking.ask(question), []);
    await pair.asked.announce();
    pair.context.declarations.features.record("sso", { owner: "shop/dev/sso" }, { owner: undefined });
    pair.context.failures.record('Feature "audit"');
    const [answer, ...others] = await pair.asking.ask({ ...question, owner: "shop/dev/old" });
    assert.deepEqual(others, []);
    assert.deepEqual(answer?.keep, { why: "moved", to: "shop/dev/sso" });
    assert.equal(answer?.failed, 'Feature "audit"');
  });

  it("writes a file that only this user can read, into a folder that only this user can open", async () => {
    using pair = new Pair();
    await pair.asked.announce();
    const [name = ""] = pair.folder.findOthers();
    assert.equal(statSync(dirname(pair.folder.path)).mode & 0o777, 0o700);
    assert.equal(statSync(join(pair.folder.path, name)).mode & 0o777, 0o600);
  });

  it("answers no question with a wrong token", async () => {
    using pair = new Pair();
    await pair.asked.announce();
    const [name = ""] = pair.folder.findOthers();
    const port = pair.folder.find(name)?.port;
    pair.announce({ port, token: "wrong", pid: 7 });
    assert.match((await pair.unanswered()).message, /\(process 7\) does not answer: the connection was closed$/);
  });

  it("fails where a process does not answer in time", async () => {
    using pair = new Pair();
    const server = createServer().unref().listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    assert.ok(typeof address === "object" && address !== null);
    pair.announce({ port: address.port });
    assert.match((await pair.unanswered()).message, /\(process 1\) does not answer: no answer within 0\.1 s$/);
    server.close();
  });

  it("fails where an answer is no message of this version", async () => {
    for (const answer of ['{"keep":{"why":"other"}}', "no JSON", "x".repeat(70_000)]) {
      using pair = new Pair();
      const { port, close } = await listen(async () => answer, patience);
      pair.announce({ port });
      assert.match((await pair.unanswered()).message, /does not answer/);
      close();
    }
  });

  it("fails where a process is of another version", async () => {
    using pair = new Pair();
    pair.announce({ version: 2 });
    assert.match((await pair.unanswered()).message, /is of another version of pulumi-stripe-entitlements$/);
  });

  it("fails where a process that declared something is gone", async () => {
    using pair = new Pair();
    pair.announce({ port: await closedPort() });
    assert.match((await pair.unanswered()).message, /\(process 1\) has ended, so what it declared is not known$/);
  });

  it("removes the file of a process that is gone and declared nothing, or is of an old run", async () => {
    using pair = new Pair();
    for (const change of [{ isDeclaring: false }, { since: Date.now() - 2 * hour }]) {
      const file = pair.announce({ port: await closedPort(), ...change });
      assert.deepEqual(await pair.asking.ask(question), []);
      assert.equal(existsSync(file), false);
    }
  });

  it("removes its file when the process ends, and the folder with the last one", async () => {
    using pair = new Pair();
    await pair.asking.announce();
    await pair.asked.announce();
    pair.asking[Symbol.dispose]();
    assert.equal(pair.folder.findOthers().length, 1);
    pair.asked[Symbol.dispose]();
    assert.equal(existsSync(pair.folder.path), false);
  });

  it("removes the folders of other engines after a day", async () => {
    using pair = new Pair();
    const [old, recent] = [25 * hour, hour].map((age) => {
      const { path, own } = new AnnouncementFolder(engineAddress());
      mkdirSync(path, { recursive: true, mode: 0o700 });
      writeFileSync(join(path, own), "");
      utimesSync(path, new Date(), new Date(Date.now() - age));
      return path;
    });
    assert.ok(old !== undefined && recent !== undefined);
    await pair.asked.announce();
    assert.deepEqual([existsSync(old), existsSync(recent)], [false, true]);
    rmSync(recent, { recursive: true });
  });

  it("keeps no process alive", async () => {
    using pair = new Pair();
    const isListener = (resource: string) => resource === "TCPServerWrap";
    const before = process.getActiveResourcesInfo().filter(isListener).length;
    await pair.asking.announce();
    await pair.asked.announce();
    assert.equal(process.getActiveResourcesInfo().filter(isListener).length, before);
  });
});

describe("A folder for temporary files that cannot be used", () => {
  const saved = process.env["TMPDIR"];
  afterEach(() => {
    if (saved === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = saved;
  });

  it("makes a delete fail with the way out, and nothing else", async () => {
    await using env = await setup();
    const directory = mkdtempSync(join(tmpdir(), "stripe-entitlements-test-"));
    removeAtExit(directory);
    process.env["TMPDIR"] = directory;
    const { path } = new AnnouncementFolder(engineAddress());
    mkdirSync(dirname(path));
    chmodSync(dirname(path), 0o755);
    using engine = new TestEngine(env);
    const context = await engine.start();
    const { id, outs } = await declareFeature(context, { lookupKey: "sso", name: "SSO" });
    const error = await entitlementsRejection(feature.delete(context, id, outs));
    assert.equal(error.kind, "notDeleted");
    assert.match(error.message, /: not deleted, because the provider processes of this run cannot find each other in /);
    assert.ok(error.message.includes(dirname(path)));
    assert.match(error.hint ?? "", /^Nothing was changed\. Set TMPDIR/);
    assert.equal(env.dashboard.feature(id)?.active, true);
  });
});

describe("findEngine", () => {
  const address = "127.0.0.1:41234";
  const find = (args: readonly string[], env = {}) => findEngine(["node", "script", ...args], env);

  it("knows the engine by the last argument, if it is an address", () => {
    assert.equal(find([address]), find(["--logtostderr", "-v=9", address]));
    assert.notEqual(find([address]), find(["127.0.0.1:41235"]));
    for (const last of ["file.test.ts", "127.0.0.1:0", "--spec"]) assert.equal(find([last]), undefined);
    assert.equal(findEngine([]), undefined);
  });

  it("distinguishes engines with the same address by the one for logs", () => {
    const logsTo = (port: number) => ({ PULUMI_LOG_OTLP_ENDPOINT: `127.0.0.1:${port}` });
    assert.equal(find([address], logsTo(1)), find([address], logsTo(1)));
    const engines = [find([address]), find([address], logsTo(1)), find([address], logsTo(2))];
    assert.equal(new Set(engines).size, 3);
  });
});
