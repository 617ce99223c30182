import assert from "node:assert/strict";
import { rejection } from "../support/rejection";
import { pythonSdk } from "./support/languages";
import { temporaryDirectory } from "./support/tools";

describe("tools: providePythonSdk", () => {
  it("cannot work without Python, and the error says how to get it", async () => {
    using directory = temporaryDirectory();
    const { path } = directory;
    const error = await rejection(pythonSdk({ cache: path, env: { PATH: path } }));
    assert.match(
      String(error),
      /needs `python3`, which is not on PATH\.\nInstall Python 3\.10 or later with pip \(https:/,
    );
  });
});
