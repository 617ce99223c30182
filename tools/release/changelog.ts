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
