import assert from "node:assert/strict";
import { OnceLog } from "../../../../provider/lifecycle/run/log";

describe("OnceLog.logOnce", () => {
  it("logs each line once per run", () => {
    const logged: string[] = [];
    const onceLog = new OnceLog((text) => void logged.push(text));
    for (const line of ["a", "a", "b"]) onceLog.logOnce(line);
    assert.deepEqual(logged, ["a", "b"]);
  });

  it("logs a line again in another run", () => {
    const logged: string[] = [];
    const log = (text: string) => void logged.push(text);
    for (const onceLog of [new OnceLog(log), new OnceLog(log)]) onceLog.logOnce("a");
    assert.deepEqual(logged, ["a", "a"]);
  });
});
