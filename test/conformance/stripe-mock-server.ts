import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { goTool } from "../tools/support/go-tool";

const anyPort = "127.0.0.1:0";
const listeningLine = /^Listening for HTTP at address: (\S+)$/;

/** Starts Stripe's stateless mock server on loopback. `await using` stops it. */
export async function startStripeMock(): Promise<{ readonly url: string } & AsyncDisposable> {
  const file = await goTool("stripeMock");
  // Without an address for HTTPS it listens on every interface.
  const child = spawn(file, ["-http-addr", anyPort, "-https-addr", anyPort], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const closed = once(child, "close");
  const end = async () => {
    child.kill();
    await closed;
  };
  for await (const line of createInterface({ input: child.stdout })) {
    const address = listeningLine.exec(line)?.[1];
    if (address === undefined) continue;
    // Its further output must not fill the pipe.
    child.stdout.resume();
    return { url: `http://${address}`, [Symbol.asyncDispose]: end };
  }
  await end();
  throw new Error(`${file} ended before it listened (exit code ${child.exitCode}).`);
}
