import assert from "node:assert/strict";
import { releaseNotes } from "../../tools/release/changelog";

const head = "# Changelog\n\n## [Unreleased]\n\n";

describe("tools: releaseNotes", () => {
  it("returns the section of the version", () => {
    const older = "## [0.1.0] - 2026-01-01\n\n### Added\n\n- The first\n";
    const text = `${head}## [0.2.0] - 2026-02-03\n\n### Added\n\n- The second\n\n${older}`;
    assert.equal(releaseNotes(text, "0.2.0"), "### Added\n\n- The second");
  });

  it("rejects a version without a section or a date", () => {
    assert.throws(() => releaseNotes(head, "0.1.0"), /must be "## \[0\.1\.0\] - <year>/);
    assert.throws(() => releaseNotes(`${head}## [0.1.0]\n`, "0.1.0"), /, and is "## \[0\.1\.0\]"\.$/);
    assert.throws(() => releaseNotes(`${head}## [0.2.0] - 2026-02-03\n`, "0.1.0"), /must be "## \[0\.1\.0\]/);
  });

  it("rejects changes that no version contains", () => {
    const text = `${head}- A change\n\n## [0.1.0] - 2026-01-01\n`;
    assert.throws(() => releaseNotes(text, "0.1.0"), /^Error: Move the changes of "Unreleased" to 0\.1\.0\.$/);
  });
});
