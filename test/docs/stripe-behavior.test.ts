import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import ts from "typescript";
import { certainties, readFacts, readLinks } from "../rules-suite/facts";

const root = join(__dirname, "..", "..");
const citingFolders = ["provider", "emulator", "cli", "test", "bench", "tools"];
const citation = /\bS\d+\b/g;
const bareTag = /\[(?:docs|spec|sdk|field|unknown|inferred)\b[^\]]*\]/g;
/** Milliseconds to read the declarations of all entry points. */
const timeout = 60_000;

describe("docs/stripe-behavior.md", () => {
  const facts = readFacts();

  it("gives each number to one fact, without gaps", () => {
    const numbers = facts.map(({ number }) => Number(number.slice(1))).sort((a, b) => a - b);
    assert.deepEqual(
      numbers,
      numbers.map((_, index) => index + 1),
    );
  });

  it("says how sure each fact is", () => {
    for (const { number, certainty } of facts) {
      assert.ok((certainties as readonly string[]).includes(certainty), `${number}: ${certainty}`);
    }
  });

  it("links a source for each fact that is not inferred or unpublished", () => {
    const links = readLinks();
    for (const { number, source, certainty } of facts) {
      const labels = [...source.matchAll(/\]\[([\w-]+)\]/g)].map(([, label = ""]) => label);
      for (const label of labels) assert.ok(links.has(label), `${number}: [${label}] has no address`);
      const needsLink = certainty !== "inferred" && certainty !== "unpublished";
      assert.ok(!needsLink || labels.length > 0, `${number} has no source`);
    }
  });

  it("has every fact that the code, the tests and the tools cite", () => {
    const known = new Set(facts.map(({ number }) => number));
    for (const [file, text] of sources(citingFolders)) {
      for (const [number] of text.matchAll(citation)) assert.ok(known.has(number), `${file} cites ${number}`);
    }
  });

  it("is cited instead of tags that lead nowhere", () => {
    for (const [file, text] of sources(["provider", "emulator", "cli"])) {
      const tags = comments(text).flatMap((comment) => comment.match(bareTag) ?? []);
      assert.deepEqual(tags, [], file);
    }
  });

  it("is not cited in published declarations, which readers see without it", function () {
    this.timeout(timeout);
    for (const [name, text] of publishedComments()) assert.doesNotMatch(text, citation, name);
  });
});

/** Returns the files of the folders with their texts, without installed packages. */
function sources(folders: readonly string[]): [file: string, text: string][] {
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((file) => /\.(?:ts|mjs|cjs)$/.test(file) && !file.includes("node_modules"))
      .map((file): [string, string] => [join(folder, file), readFileSync(join(root, folder, file), "utf8")]),
  );
}

function comments(text: string): string[] {
  return text.match(/\/\*[\s\S]*?\*\/|\/\/.*$/gm) ?? [];
}

/** Returns the doc comments of what the package's entry points export, by name. */
function publishedComments(): [name: string, text: string][] {
  const entries = entryPoints();
  assert.ok(entries.length > 0);
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile).config,
    ts.sys,
    root,
  );
  const program = ts.createProgram(entries, { ...options, noLib: true, types: [] });
  const checker = program.getTypeChecker();
  return entries.flatMap((entry) => {
    const file = program.getSourceFile(entry);
    const module = file && checker.getSymbolAtLocation(file);
    assert.ok(module !== undefined, entry);
    return checker.getExportsOfModule(module).flatMap((symbol) => {
      const isAlias = (symbol.flags & ts.SymbolFlags.Alias) !== 0;
      return commentsOf(isAlias ? checker.getAliasedSymbol(symbol) : symbol, relative(root, entry));
    });
  });
}

function commentsOf(symbol: ts.Symbol, within: string): [name: string, text: string][] {
  const name = `${within}: ${symbol.name}`;
  const isInternal = symbol.getJsDocTags().some((tag) => tag.name === "internal");
  if (isInternal) return [];
  const own = (symbol.declarations ?? []).flatMap((declaration) =>
    ts.getJSDocCommentsAndTags(declaration).map((comment): [string, string] => [name, comment.getText()]),
  );
  const members = [...(symbol.members?.values() ?? [])].flatMap((member) => commentsOf(member, name));
  return [...own, ...members];
}

/** Returns the sources of the modules that the package exports by name. */
function entryPoints(): string[] {
  const { exports }: { exports: Record<string, string | { default: string }> } = JSON.parse(
    readFileSync(join(root, "package.json"), "utf8"),
  );
  return Object.values(exports)
    .flatMap((entry) => (typeof entry === "string" ? [] : [entry.default]))
    .filter((file) => file.endsWith(".js") && !file.includes("*"))
    .map((file) => join(root, file.replace("./dist/", "").replace(/\.js$/, ".ts")));
}
