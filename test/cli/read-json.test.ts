import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readJson } from "../../cli/read-json";
import { choicesSchema } from "../../emulator/choices";
import { faultsSchema } from "../../emulator/input/faults";
import { seedSchema } from "../../emulator/input/seed";

describe("readJson", () => {
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "read-json-"));
  });

  after(() => rm(folder, { recursive: true, force: true }));

  async function file(name: string, content: unknown): Promise<string> {
    const path = join(folder, name);
    await writeFile(path, typeof content === "string" ? content : JSON.stringify(content));
    return path;
  }

  it("names the file and the place of a mistake", async () => {
    const missing = join(folder, "missing.json");
    await assert.rejects(readJson(missing, seedSchema), {
      message: `Cannot read ${missing}: there is no such file.`,
    });
    await assert.rejects(readJson(await file("a.json", "{"), seedSchema), /a\.json is not JSON: /);
    const wrong = { features: [{ lookupKey: "sso", name: "SSO" }, { name: "x" }] };
    await assert.rejects(readJson(await file("b.json", wrong), seedSchema), /b\.json: features\[1\]\.lookupKey: /);
    await assert.rejects(readJson(await file("c.json", { feature: [] }), seedSchema), /c\.json: .*"feature"/);
    await assert.rejects(readJson(await file("d.json", [{ kind: "flood" }]), faultsSchema), /d\.json: \[0\]\.kind: /);
    const odd = [{ kind: "latency", ms: 10, jitter: 3 }];
    await assert.rejects(readJson(await file("e.json", odd), faultsSchema), /e\.json: \[0\]: .*"jitter"/);
    await assert.rejects(
      readJson(await file("f.json", { lengthUnit: "inches" }), choicesSchema),
      /f\.json: lengthUnit/,
    );
    const status = { archiveTwice: { status: 200, message: "Fine." } };
    await assert.rejects(readJson(await file("g.json", status), choicesSchema), /g\.json: archiveTwice\.status/);
  });
});
