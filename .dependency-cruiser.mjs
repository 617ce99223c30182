// Which folder may import what. `depcruise`, in `npm run lint`, reads this list.

/**
 * A folder or file, with all that it may import besides itself: folders and files of this
 * repository, npm packages, and `node:` for modules of Node.js. An entry that starts with `type `
 * allows imports of types only. Folders that are not listed (`test`, `bench`) may import anything.
 */
const allowedImports = {
  "provider/index.ts": [
    "provider/catalog",
    "provider/functions",
    "provider/resources",
    "provider/lifecycle/errors.ts",
    "type provider/stripe",
    "type provider/lifecycle",
  ],
  // Programs load these files, without an HTTP client and without zod.
  "provider/resources": [
    "node:",
    "@pulumi/pulumi",
    "provider/catalog",
    "provider/dynamic/contract.ts",
    "provider/functions/inline-program.ts",
    "provider/preview/registrations.ts",
    "type provider/lifecycle",
  ],
  "provider/preview": [
    "@pulumi/pulumi",
    "provider/config",
    "provider/functions/inline-program.ts",
    "provider/functions/program-settings.ts",
    "provider/lifecycle",
    "provider/stripe",
  ],
  "provider/functions": ["@pulumi/pulumi", "provider/config", "provider/lifecycle", "provider/lookups"],
  "provider/lookups": ["provider/config", "provider/lifecycle", "provider/stripe"],
  // Applications load these files.
  "provider/catalog": [],
  "provider/dynamic": ["type @pulumi/pulumi", "provider/config", "provider/lifecycle", "provider/processes"],
  "provider/plugin": [
    "node:",
    "@grpc/grpc-js",
    "@pulumi/pulumi",
    "google-protobuf",
    "provider/catalog",
    "provider/config",
    "provider/lifecycle",
    "provider/lookups",
    "provider/processes",
    "provider/resources/catalog-children.ts",
    "provider/resources/format-owner.ts",
    "provider/stripe",
  ],
  "provider/processes": ["node:", "provider/lifecycle", "provider/zod.ts"],
  "provider/config": [
    "node:",
    "type @pulumi/pulumi",
    "provider/catalog/limits.ts",
    "provider/catalog/message-text.ts",
    "provider/lifecycle",
    "provider/processes",
    "provider/stripe",
    "provider/zod.ts",
  ],
  "provider/lifecycle": ["node:", "p-limit", "provider/catalog/limits.ts", "provider/stripe", "provider/zod.ts"],
  "provider/stripe": [
    "node:",
    "p-limit",
    "p-retry",
    "qs",
    "undici",
    "package.json",
    "provider/catalog/limits.ts",
    "provider/zod.ts",
  ],
  "provider/zod.ts": ["zod"],
  // Shares no code with `provider`, so a mistake in one shows in the other.
  emulator: ["node:", "@hono/node-server", "hono", "qs", "zod"],
  cli: [
    "node:",
    "@commander-js/extra-typings",
    "get-tsconfig",
    "jiti",
    "p-limit",
    "picomatch",
    "yaml",
    "zod",
    "package.json",
    "emulator",
    "provider/catalog",
    "provider/config",
    "provider/dynamic/contract.ts",
    "provider/lifecycle",
    "provider/stripe",
  ],
  tools: [
    "node:",
    "emulator",
    "esbuild",
    "p-limit",
    "provider/config",
    "provider/dynamic/contract.ts",
    "provider/lifecycle",
    "provider/plugin/package-schema.ts",
    "tar",
    "@textlint/kernel",
    "@textlint/textlint-plugin-markdown",
    "textlint-rule-terminology",
    "typescript",
  ],
};

const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
const inRepository = (path) => (/\.\w+$/.test(path) ? `^${escaped(path)}$` : `^${escaped(path)}/`);

/** Returns the regular expression of an entry for the resolved path of an import. */
function patternOf(entry) {
  const isOwn = entry === "package.json" || /^(provider|emulator|cli|tools)\b/.test(entry);
  return isOwn ? inRepository(entry) : `(^|/)node_modules/${escaped(entry)}/`;
}

/** Returns the rules of a folder: one for all its imports, and one for those of types only. */
function rulesOf([folder, entries]) {
  const typesOnly = entries.filter((entry) => entry.startsWith("type ")).map((entry) => entry.slice("type ".length));
  const values = entries.filter((entry) => !entry.startsWith("type "));
  const from = { path: inRepository(folder) };
  const core = values.includes("node:") ? { dependencyTypesNot: ["core"] } : {};
  const valuePatterns = [folder, ...values.filter((entry) => entry !== "node:")].map(patternOf);
  const typePatterns = typesOnly.map(patternOf);
  const comment = `${folder} may import: ${entries.join(", ") || "nothing from outside"}. The list is in .dependency-cruiser.mjs.`;
  return [
    {
      name: `imports of ${folder}`,
      severity: "error",
      comment,
      from,
      to: { ...core, pathNot: [...valuePatterns, ...typePatterns] },
    },
    ...(typePatterns.length === 0
      ? []
      : [
          {
            name: `type imports of ${folder}`,
            severity: "error",
            comment: `${folder} may import only types from ${typesOnly.join(", ")}.`,
            from,
            to: { path: typePatterns, pathNot: valuePatterns, dependencyTypesNot: ["type-only"] },
          },
        ]),
  ];
}

export default {
  forbidden: [
    ...Object.entries(allowedImports).flatMap(rulesOf),
    {
      name: "folder of provider without a list",
      severity: "error",
      comment: "Add the folder to the list in .dependency-cruiser.mjs.",
      from: { path: "^provider/", pathNot: Object.keys(allowedImports).map(inRepository) },
      to: {},
    },
    { name: "no cycle", severity: "error", comment: "Counts imports of types, too.", from: {}, to: { circular: true } },
    {
      name: "no import of nothing",
      severity: "error",
      comment: "The import leads to no file.",
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    doNotFollow: { path: "node_modules" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["types", "import", "require", "node", "default"],
    },
    exclude: { path: "^(bench/engine/idle|dist)/" },
  },
};
