import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Choices, defaultChoices, rules, startEmulator } from "../../emulator";
import { cases } from "../rules-suite/cases";
import { choicesFrom, readRecording, recordingOf, writeRecording } from "../rules-suite/recording";
import { linesOf, summary, verdictOf } from "../rules-suite/report";
import { newPrefix, type Result, type Run, runSuite } from "../rules-suite/run";
import { accounts, emulatorTarget } from "../rules-suite/target";
import { itInFullRun } from "../support/full-run";

const otherRefusal = { status: 422, code: "other", message: "Refused.", param: "other" };

/** Another value for each choice, and the cases that must report it. */
const switched: { readonly [Choice in keyof Choices]?: readonly [Choices[Choice], ...string[]] } = {
  duplicateLookupKey: [otherRefusal, "lookupKeyUnique"],
  attachedTwice: [otherRefusal, "attachedTwice"],
  attachArchived: [otherRefusal, "archivedNotAttachable"],
  editArchived: [otherRefusal, "archivedNotEditable", "archivedNotEditable/metadata"],
  unarchive: [otherRefusal, "archivedForGood"],
  archiveTwice: ["accepted", "archivedTwice"],
  attachToInactiveProduct: [otherRefusal, "inactiveProduct"],
  listWithoutArchived: ["all", "listWithoutArchived"],
  lengthUnit: ["bytes", "lengths"],
  textNormalization: ["trim", "texts"],
  missingReferenceStatus: [404, "attachById", "entitlementCustomer"],
  deleteProductInUse: [otherRefusal, "productInUse"],
  subscribersFollow: ["atOnce", "entitlementsFollow"],
  nouns: [{ ...defaultChoices.nouns, feature: "feature" }, "wordsOfMissing", "modesApart"],
  otherModeHint: ["omitted", "modesApart"],
  permissionNames: [{ ...defaultChoices.permissionNames, products: "All products" }, "keyRestricted"],
  publishableKey: [otherRefusal, "keyPublishable"],
  defaultApiVersion: ["2025-01-27.acacia", "versions"],
};

/** Runs the suite on an emulator with these choices. Checks that it leaves nothing active. */
async function runOnEmulator(choices: Partial<Choices>, expected: Partial<Choices> = {}): Promise<Run> {
  await using emulator = await startEmulator({ accounts, choices });
  const { dashboard } = emulator.sandbox;
  const target = emulatorTarget(emulator);
  const before = { features: dashboard.features({ archived: false }), products: dashboard.products() };
  const run = await runSuite(target, {
    prefix: newPrefix(),
    choices: { ...defaultChoices, ...expected },
  });
  assert.deepEqual(dashboard.features({ archived: false }), before.features);
  assert.deepEqual(dashboard.products(), before.products);
  return run;
}

const others = ({ results }: Run) =>
  results.filter((result) => result.kind !== "answered" || !result.same).map((result) => result.case.name);

function resultOf({ results }: Run, name: string): Result {
  const result = results.find((candidate) => candidate.case.name === name);
  assert.ok(result !== undefined, name);
  return result;
}

describe("conformance: rules", () => {
  it("has a case for every rule of the emulator, with its facts", () => {
    const asked = new Set(cases.map(({ name }) => name.split("/", 1)[0]));
    assert.deepEqual(
      Object.keys(rules).filter((name) => !asked.has(name)),
      [],
    );
    assert.equal(new Set(cases.map(({ name }) => name)).size, cases.length);
    for (const { name, facts } of cases) assert.ok(facts.length > 0, name);
  });

  it("covers every choice", () => {
    assert.deepEqual(Object.keys(switched).sort(), Object.keys(defaultChoices).sort());
  });

  describe("on the emulator", () => {
    let run: Run;
    before(async () => {
      run = await runOnEmulator({});
    });

    for (const { name, question, rule } of cases) {
      it(`${name}: ${rule}${question === undefined ? "" : ` (${question})`}`, () => {
        const result = resultOf(run, name);
        assert.ok(result.kind === "answered", "reason" in result ? result.reason : "");
        assert.ok(result.same, linesOf(result).join("\n"));
      });
    }

    it("are summed up in one line", () => {
      assert.match(summary(run), new RegExp(`^${cases.length} cases: \\d+ agree, 0 differ, .* 0 skipped, 0 failed\\.`));
    });
  });

  describe("on an emulator with one choice switched", () => {
    for (const [choice, [value, ...names]] of Object.entries(switched)) {
      itInFullRun(`reports only ${choice}, and its recording sets the choice`, async () => {
        const run = await runOnEmulator({ [choice]: value });
        assert.deepEqual(others(run).sort(), names.sort());
        for (const name of names) assert.equal(verdictOf(resultOf(run, name)), "unpublished");
        const recorded = choicesFrom(recordingOf(run, { apiBase: "https://api.stripe.com", apiVersion: "x" }));
        assert.deepEqual({ ...defaultChoices, ...recorded }, { ...defaultChoices, [choice]: value });
      });
    }

    it("prints both answers with status, type, code and param", async () => {
      const run = await runOnEmulator({ attachedTwice: otherRefusal });
      const [, server = "", emulator = ""] = linesOf(resultOf(run, "attachedTwice"));
      for (const part of ['"status":422', '"type":"invalid_request_error"', '"code":"other"', '"param":"other"']) {
        assert.ok(server.includes(part), server);
      }
      assert.match(emulator, /"status":400.*"code":"resource_already_exists".*"param":"entitlement_feature"/);
    });
  });

  it("reports a broken published rule as a difference", async () => {
    await using emulator = await startEmulator({ accounts });
    const body = { error: { type: "invalid_request_error", code: "odd", message: "Odd.", param: "odd" } };
    emulator.faults.add({ kind: "status", status: 410, method: "DELETE", route: "/v1/products/:id", times: 1, body });
    const run = await runSuite(emulatorTarget(emulator), {
      prefix: newPrefix(),
      cases: cases.filter(({ name }) => name === "idempotentScope"),
    });
    const result = resultOf(run, "idempotentScope");
    assert.equal(verdictOf(result), "differs");
    assert.match(linesOf(result).join("\n"), /server: .*410.*"code":"odd".*\n.*emulator: .*"deleted":\{"status":200\}/);
  });

  it("skips cases that need a missing key, and names the key", async () => {
    await using emulator = await startEmulator({ accounts });
    const target = { ...emulatorTarget(emulator), extras: {} };
    const run = await runSuite(target, {
      prefix: newPrefix(),
      cases: cases.filter(({ needs }) => needs.length > 0),
    });
    assert.ok(run.results.length > 0);
    for (const result of run.results) assert.match(linesOf(result).join("\n"), /^skipped .*\n +needs \w+$/);
  });

  it("writes a recording without keys or ids", async () => {
    const directory = mkdtempSync(join(tmpdir(), "recording-"));
    try {
      await using emulator = await startEmulator({ accounts });
      const target = emulatorTarget(emulator);
      const run = await runSuite(target, { prefix: newPrefix() });
      const file = join(directory, "recording.json");
      writeRecording(file, recordingOf(run, target));
      const recording = readRecording(file);
      assert.equal(recording.cases.length, cases.length);
      assert.deepEqual({ ...defaultChoices, ...choicesFrom(recording) }, defaultChoices);
      const text = JSON.stringify(recording);
      assert.doesNotMatch(text.slice(text.indexOf('"cases"')), /acct_\w{9}|rules-[0-9a-f]{10}/);
      for (const secret of [target.apiKey, target.extras.restrictedKey ?? "", target.extras.publishableKey ?? ""]) {
        assert.ok(!text.includes(secret));
      }
      assert.doesNotMatch(text, /(feat|prod|prodft)_\w{14}/);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
