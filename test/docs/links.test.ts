import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

const checkout = resolve(__dirname, "../..");

/** Every Markdown file of the repository, by its path from the root. */
const pages = new Map(
  execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "*.md"], { cwd: checkout })
    .toString()
    .split("\n")
    .filter((path) => path !== "" && existsSync(join(checkout, path)))
    .map((path) => [path, readFileSync(join(checkout, path), "utf8")]),
);

/** The pages of the Pulumi Registry, which builds them into its site. */
const registryPages: ReadonlySet<string> = new Set(["docs/_index.md", "docs/installation-configuration.md"]);

const isPage = (path: string) => path.startsWith("docs/") && !registryPages.has(path);

describe("Markdown pages", () => {
  it("link only to files that exist", () => {
    const broken = linksOfAllPages().filter(({ path }) => !existsSync(join(checkout, path)));
    assert.deepEqual(broken.map(describeLink), []);
  });

  it("link only to anchors that exist", () => {
    const broken = linksOfAllPages().filter(({ path, anchor }) => {
      const page = pages.get(path);
      return anchor !== undefined && page !== undefined && !anchorsOf(page).has(anchor);
    });
    assert.deepEqual(broken.map(describeLink), []);
  });

  it("below docs/ are all linked from the README", () => {
    const linked = new Set(linksOf("README.md", pageAt("README.md")).map(({ path }) => path));
    const missing = [...pages.keys()].filter((path) => isPage(path) && !linked.has(path));
    assert.deepEqual(missing, []);
  });

  it("below docs/ are all listed in the index for assistants, once and with one sentence", () => {
    const index = "docs/llms-index.md";
    const listed = [...pageAt(index).matchAll(/^- \[[^\]]+\]\(([^)]+)\): \S/gm)].map(([, path = ""]) => `docs/${path}`);
    const expected = [...pages.keys()].filter((path) => isPage(path) && path !== index);
    assert.deepEqual(listed.filter((path) => !path.includes("..")).sort(), expected.sort());
  });

  it("have a skill of at most 300 lines, with its name and a description", () => {
    const skill = pageAt("skills/stripe-entitlements/SKILL.md");
    assert.match(skill, /^---\nname: stripe-entitlements\ndescription: \S.*\n---\n/);
    assert.ok(linesOf(skill) <= 300, `SKILL.md has ${linesOf(skill)} lines`);
  });

  it("have a README of at most 250 lines", () => {
    assert.ok(linesOf(pageAt("README.md")) <= 250, `README.md has ${linesOf(pageAt("README.md"))} lines`);
  });

  it("have an AGENTS.md of at most 60 lines", () => {
    assert.ok(linesOf(pageAt("AGENTS.md")) <= 60, `AGENTS.md has ${linesOf(pageAt("AGENTS.md"))} lines`);
  });

  it("name only npm scripts that exist", () => {
    const { scripts } = JSON.parse(readFileSync(join(checkout, "package.json"), "utf8"));
    const named = [...pages].flatMap(([path, text]) =>
      [...text.matchAll(/npm run (?:--silent )?([a-z][\w:-]*)/g)].map(([, script = ""]) => ({ path, script })),
    );
    assert.ok(named.length > 10);
    assert.deepEqual(
      named.filter(({ script }) => !Object.hasOwn(scripts, script)).map(({ path, script }) => `${path}: ${script}`),
      [],
    );
  });
});

/** A link to a file of the repository. */
interface Link {
  readonly from: string;
  /** From the root of the repository. */
  readonly path: string;
  readonly anchor: string | undefined;
}

function linksOfAllPages(): Link[] {
  const links = [...pages].flatMap(([path, text]) => linksOf(path, text));
  assert.ok(links.length > 50, `only ${links.length} links were found`);
  return links;
}

function linksOf(from: string, page: string): Link[] {
  const targets = [
    ...[...withoutCode(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = ""]) => target),
    ...[...withoutCode(page).matchAll(/^\[[^\]]+\]: (\S+)/gm)].map(([, target = ""]) => target),
  ];
  return targets
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => {
      const [file = "", anchor] = target.split("#", 2);
      const path = file === "" ? from : relative(checkout, resolve(checkout, dirname(from), file));
      // On images, GitHub reads these two as the color scheme.
      return { from, path, anchor: /^gh-(?:light|dark)-mode-only$/.test(anchor ?? "") ? undefined : anchor };
    });
}

/** The anchors that GitHub gives a page: one for each heading, and those written as HTML. */
function anchorsOf(page: string): ReadonlySet<string> {
  const anchors = new Set<string>();
  for (const [, heading = ""] of withoutCodeBlocks(page).matchAll(/^#{1,6} +(.+?) *$/gm)) {
    const anchor = anchorOf(heading);
    let unique = anchor;
    for (let count = 1; anchors.has(unique); count += 1) unique = `${anchor}-${count}`;
    anchors.add(unique);
  }
  for (const [, id = ""] of page.matchAll(/<a (?:id|name)="([^"]+)">/g)) anchors.add(id);
  return anchors;
}

function anchorOf(heading: string): string {
  const text = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1");
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\p{Pc} -]/gu, "")
    .replaceAll(" ", "-");
}

function withoutCodeBlocks(page: string): string {
  return page.replace(/^( *)```.*?^\1```$/gms, "");
}

function withoutCode(page: string): string {
  return withoutCodeBlocks(page).replace(/`[^`\n]+`/g, "");
}

function pageAt(path: string): string {
  const page = pages.get(path);
  assert.ok(page !== undefined, `${path} does not exist`);
  return page;
}

function linesOf(page: string): number {
  return page.trimEnd().split("\n").length;
}

function describeLink({ from, path, anchor }: Link): string {
  return `${from} links to ${path}${anchor === undefined ? "" : `#${anchor}`}`;
}
