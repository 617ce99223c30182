import assert from "node:assert/strict";
import { assertPluginFolder, assertRepository, assertTags, releaseNotes } from "../../tools/release/checks";

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

describe("tools: assertTags", () => {
  it("accepts a commit without a tag, and one with the tag of its version", () => {
    assertTags("0.2.0", [], ["v0.1.0"]);
    assertTags("0.2.0", ["v0.2.0"], ["v0.1.0", "v0.2.0"]);
  });

  it("rejects the tag of another version, and a version that another commit has", () => {
    assert.throws(
      () => assertTags("0.2.0", ["v0.1.0"], ["v0.1.0"]),
      /has the tag v0\.1\.0, and package\.json has 0\.2\.0/,
    );
    assert.throws(() => assertTags("0.2.0", [], ["v0.2.0"]), /v0\.2\.0 is the tag of another commit/);
  });
});

describe("tools: assertRepository", () => {
  const env = { GITHUB_SERVER_URL: "https://github.com", GITHUB_REPOSITORY: "acme/entitlements" };

  it("accepts every repository outside of a workflow, and that of the workflow", () => {
    assertRepository(undefined, {});
    assertRepository("git+https://github.com/acme/entitlements.git", env);
  });

  it("rejects another repository in a workflow, and none", () => {
    const expected = /must have the url git\+https:\/\/github\.com\/acme\/entitlements\.git, not /;
    assert.throws(() => assertRepository("git+https://github.com/fork/entitlements.git", env), expected);
    assert.throws(() => assertRepository(undefined, env), expected);
  });
});

describe("tools: assertPluginFolder", () => {
  const manifest = JSON.stringify({ dependencies: { "pulumi-stripe-entitlements": "0.1.0" } });

  it("accepts the version to release, and rejects another one", () => {
    assertPluginFolder("0.1.0", manifest);
    assert.throws(
      () => assertPluginFolder("0.2.0", manifest),
      /plugin\/package\.json needs version 0\.1\.0 .*not 0\.2\.0/,
    );
  });
});
