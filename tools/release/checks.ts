/**
 * Returns the text of a version's section of the changelog, without its heading.
 *
 * @throws if the newest version is another one, or there are changes that no version contains
 */
export function releaseNotes(changelog: string, version: string): string {
  const [unreleased, newest] = changelog.split(/^## /m).slice(1);
  const [heading = "", ...changes] = newest?.split("\n") ?? [];
  if (!unreleased?.startsWith("[Unreleased]\n")) throw new Error('The first section must be "## [Unreleased]".');
  if (unreleased.trim() !== "[Unreleased]") throw new Error(`Move the changes of "Unreleased" to ${version}.`);
  if (!/^\[[^\]]+\] - \d{4}-\d\d-\d\d$/.test(heading) || !heading.startsWith(`[${version}] `)) {
    throw new Error(`The second section must be "## [${version}] - <year>-<month>-<day>", and is "## ${heading}".`);
  }
  return changes.join("\n").trim();
}

/**
 * Checks the tags of versions. The commit may have no tag yet.
 *
 * @param here the tags of the commit
 * @param all the tags of all commits
 * @throws if the commit has the tag of another version, or another commit has the version's tag
 */
export function assertTags(version: string, here: readonly string[], all: readonly string[]): void {
  const tag = `v${version}`;
  const other = here.find((name) => name !== tag);
  if (other !== undefined) throw new Error(`The commit has the tag ${other}, and package.json has ${version}.`);
  if (here.length === 0 && all.includes(tag)) throw new Error(`${tag} is the tag of another commit.`);
}

/**
 * Checks the repository of package.json in a workflow. npm rejects the provenance of another one.
 *
 * @throws if it is not the repository of the workflow
 */
export function assertRepository(url: string | undefined, env: NodeJS.ProcessEnv): void {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: name } = env;
  if (!server || !name) return;
  const expected = `git+${server}/${name}.git`;
  if (url !== expected) throw new Error(`"repository" of package.json must have the url ${expected}, not ${url}.`);
}

/**
 * Checks the package of the folder `plugin`, which Pulumi installs from the tag of the version.
 *
 * @param manifest the text of its package.json
 * @throws if it needs another version than the one to release
 */
export function assertPluginFolder(version: string, manifest: string): void {
  const { "pulumi-stripe-entitlements": needed } = JSON.parse(manifest).dependencies;
  if (needed !== version) {
    throw new Error(`plugin/package.json needs version ${needed} of pulumi-stripe-entitlements, not ${version}.`);
  }
}
