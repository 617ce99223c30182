import assert from "node:assert/strict";
import { OnceLog } from "../../../../provider/lifecycle/run/log";

describe("OnceLog.logOnce", () => {
  it("logs each line once per run", () => {
    const logged: string[] = [];
    const onceLog = new OnceLog();
    for (const line of ["a", "a", "b"]) onceLog.logOnce((text) => void logged.push(text), line);
    assert.deepEqual(logged, ["a", "b"]);
  });

  it("logs a line again in another run", () => {
    const logged: string[] = [];
    for (const onceLog of [new OnceLog(), new OnceLog()]) onceLog.logOnce((text) => void logged.push(text), "a");
    assert.deepEqual(logged, ["a", "a"]);
  });
});
