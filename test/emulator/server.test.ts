import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { Agent, get } from "node:http";
import { promisify } from "node:util";
import { startEmulator } from "../../emulator";
import { featuresPath, until, withEmulator } from "./support";

// Read before any emulator runs.
const { Request: OwnRequest, Response: OwnResponse } = globalThis;

/** A program that closes its emulator one minute before an answer is due. */
const programSource = `
  const { startEmulator } = require("./emulator");
  startEmulator({ faults: [{ kind: "latency", ms: 60_000 }] }).then(async (emulator) => {
    const headers = { authorization: "Bearer " + emulator.apiKey };
    fetch(emulator.url + "${featuresPath}", { headers }).catch(() => console.log("ended"));
    setTimeout(() => emulator.close(), 100);
  });
`;

describe("startEmulator", () => {
  it("listens on the given port of the loopback address", async () => {
    const first = await startEmulator();
    const { hostname, port } = new URL(first.url);
    assert.equal(hostname, "127.0.0.1");
    await assert.rejects(startEmulator({ port: Number(port) }), { code: "EADDRINUSE" });
    await first.close();
    const second = await startEmulator({ port: Number(port) });
    assert.equal(second.url, first.url);
    await second.close();
  });

  it("refuses an empty host, which would mean every address", async () => {
    await assert.rejects(startEmulator({ host: "" }), { name: "RangeError", message: /leave it out for 127\.0\.0\.1/ });
  });

  it("closes immediately despite open connections and a pending answer", async () => {
    const emulator = await startEmulator();
    const agent = new Agent({ keepAlive: true });
    const headers = { authorization: `Bearer ${emulator.apiKey}` };
    await new Promise((resolve, reject) => {
      const request = get(emulator.url + featuresPath, { agent, headers }, (response) =>
        response.resume().on("end", resolve),
      );
      request.on("error", reject);
    });
    const slow = emulator.faults.add({ kind: "latency", ms: 60_000 });
    const pending = fetch(emulator.url + featuresPath, { headers });
    const failed = assert.rejects(pending, TypeError);
    await until(() => slow.hits === 1);
    const start = performance.now();
    await emulator.close();
    const took = performance.now() - start;
    assert.ok(took < 500, `${took} ms`);
    await failed;
    await emulator.close();
    agent.destroy();
  });

  it("lets the process exit once it is closed", async () => {
    const program = promisify(execFile)(
      process.execPath,
      ["-r", "ts-node/register/transpile-only", "-e", programSource],
      {
        timeout: 9000,
      },
    );
    assert.equal((await program).stdout, "ended\n");
  });

  it("does not replace the global Request and Response", async () => {
    await withEmulator(async ({ stripe }) => void (await stripe.get(featuresPath)));
    assert.equal(globalThis.Request, OwnRequest);
    assert.equal(globalThis.Response, OwnResponse);
  });
});
