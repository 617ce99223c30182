import assert from "node:assert/strict";
import fc from "fast-check";
import { snapshotOf } from "../../../cli/diff/catalog-snapshot";
import { compare } from "../../../cli/diff/changes";
import { toMarkdown } from "../../../cli/diff/markdown";
import { escapeMarkdown } from "../../../cli/diff/text-style";
import { parseCatalog } from "../../../provider/catalog";

const maxLength = 60_000;

/** A catalog whose plans all carry all features. */
function catalog(features: number, plans: number, text = "") {
  const keys = Array.from({ length: features }, (_, index) => `feature-${index}`);
  return parseCatalog({
    features: Object.fromEntries(keys.map((key) => [key, { name: `Name of ${key} ${text}` }])),
    plans: Object.fromEntries(Array.from({ length: plans }, (_, index) => [`plan-${index}`, { features: keys }])),
  });
}

function markdownOf(before: ReturnType<typeof catalog>, after: ReturnType<typeof catalog>): string {
  const changes = compare(snapshotOf(before), snapshotOf(after));
  return toMarkdown({ changes, comparedWith: "main", notes: [], isComplete: true });
}

describe("The length of the Markdown", () => {
  it("is kept by leaving out the full matrix first", () => {
    const text = markdownOf(catalog(500, 3), catalog(900, 3));
    assert.ok(text.length <= maxLength);
    assert.ok(!text.includes("<details>"));
    assert.match(text, /`feature-899`.*\n$/);
  });

  it("is kept by leaving out rows then, and says how many", () => {
    const text = markdownOf(catalog(0, 3), catalog(1_200, 3));
    assert.ok(text.length <= maxLength && text.length > maxLength - 200, `${text.length}`);
    const rows = text.match(/^\| `feature-/gm)?.length ?? 0;
    assert.match(text, new RegExp(`\n\nLeft out, because it would be too long: ${1_200 - rows} rows of the table\\.`));
  });

  it("is kept with more plans than a row can hold, and with long names", () => {
    for (const [features, plans, text] of [
      [1, 4_000, ""],
      [800, 4, "<".repeat(55)],
    ] as const) {
      const after = markdownOf(catalog(0, 0), catalog(features, plans, text));
      assert.ok(after.length <= maxLength);
      assert.match(after, /is a new plan with/);
    }
  });
});

describe("escapeMarkdown", () => {
  it("leaves no character that ends a line, a cell or a tag, or turns the text around it", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const escaped = escapeMarkdown(text);
        assert.doesNotMatch(escaped, /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066\u2067<]/u);
        assert.doesNotMatch(escaped, /(?<!\\)(?:\\\\)*[`|*_~[\]]/);
      }),
    );
  });

  it("keeps plain names readable", () => {
    assert.equal(
      escapeMarkdown("Single sign-on (SAML), 24/7 & more: 100 %"),
      "Single sign-on (SAML), 24/7 &amp; more: 100 %",
    );
  });
});
