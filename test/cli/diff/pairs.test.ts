import { readdirSync } from "node:fs";
import { join } from "node:path";
import { loadCatalog } from "../../../cli/catalog/load-catalog";
import { snapshotOf } from "../../../cli/diff/catalog-snapshot";
import { compare } from "../../../cli/diff/changes";
import { toMarkdown } from "../../../cli/diff/markdown";
import { assertGolden } from "./golden";

const pairs = join(__dirname, "pairs");

describe("The Markdown of diff", () => {
  for (const pair of readdirSync(pairs)) {
    it(`is the expected one for ${pair}`, async () => {
      const cwd = join(pairs, pair);
      const [before, after] = await Promise.all(
        ["before.json", "after.json"].map(async (file) => snapshotOf(await loadCatalog(file, { cwd }))),
      );
      if (before === undefined || after === undefined) throw new Error(`${pair} is incomplete`);
      const report = { changes: compare(before, after), comparedWith: "main", notes: [], isComplete: true };
      await assertGolden(join(cwd, "expected.markdown"), toMarkdown(report));
    });
  }
});
