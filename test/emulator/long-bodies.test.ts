import assert from "node:assert/strict";
import { type ClientRequest, type IncomingMessage, request } from "node:http";
import { json } from "node:stream/consumers";
import { type Body, featuresPath, type Running, withEmulator } from "./support";

const mebibyte = 1024 * 1024;
const allPaths = [featuresPath, "/_emulator/dashboard/createFeature"];

/** Starts a POST and returns its answer, which can arrive before the body is sent. */
function begin({ emulator }: Running, path: string, headers: Readonly<Record<string, string | number>>) {
  const sent = request(emulator.url + path, {
    method: "POST",
    headers: { authorization: `Bearer ${emulator.apiKey}`, ...headers },
  });
  const answer = new Promise<IncomingMessage>((resolve, reject) => sent.on("response", resolve).on("error", reject));
  return { sent, answer };
}

/** Writes until the server closes the connection or `bytes` are written. */
async function pour(sent: ClientRequest, bytes: number): Promise<number> {
  const chunk = Buffer.alloc(64 * 1024, "a");
  let written = 0;
  let isAnswered = false;
  sent.once("response", () => {
    isAnswered = true;
  });
  while (written < bytes && !isAnswered) {
    written += chunk.length;
    await new Promise((resolve) => sent.write(chunk, resolve));
  }
  return written;
}

describe("emulator request bodies", () => {
  for (const path of allPaths) {
    it(`are refused if their announced length is too large: ${path}`, () =>
      withEmulator(async (running) => {
        const { sent, answer } = begin(running, path, { "content-length": mebibyte + 1 });
        sent.flushHeaders();
        const response = await answer;
        assert.equal(response.statusCode, 413);
        assert.equal(response.headers.connection, "close");
        const { error } = (await json(response)) as Body;
        assert.match(error.message, /^The request body is too long: the emulator reads up to 1048576 bytes\.$/);
        sent.destroy();
      }));

    it(`are not read beyond the limit: ${path}`, () =>
      withEmulator(async (running) => {
        const { sent, answer } = begin(running, path, {});
        const written = await pour(sent, 256 * mebibyte);
        const response = await answer;
        assert.equal(response.statusCode, 413);
        assert.equal(response.headers.connection, "close");
        assert.ok(written < 32 * mebibyte, `${written} bytes were read`);
        sent.destroy();
      }));

    it(`are not read without a key: ${path}`, () =>
      withEmulator(async (running) => {
        const wrong = { authorization: "Bearer sk_test_wrong", "content-length": 1000 };
        const { sent, answer } = begin(running, path, wrong);
        sent.flushHeaders();
        assert.equal((await answer).statusCode, 401);
        sent.destroy();
      }));
  }

  it("can have one mebibyte", () =>
    withEmulator(async ({ stripe }) => {
      const { status, body } = await stripe.send("POST", featuresPath, `name=${"n".repeat(mebibyte - 5)}`);
      assert.equal(status, 400);
      assert.equal(body.error.code, "parameter_missing");
    }));
});
