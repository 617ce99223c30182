import { existsSync } from "node:fs";
import { parseTsconfig } from "get-tsconfig";

/**
 * Returns the compiler options that an existing tsconfig.json must set to true, so that a module
 * can import a JSON file. https://www.typescriptlang.org/tsconfig/#resolveJsonModule
 */
export function optionsForJsonImport(tsconfig: string): readonly string[] {
  const options = existsSync(tsconfig) ? compilerOptions(tsconfig) : undefined;
  if (options === undefined) return [];
  const is = (value: string | undefined, ...names: readonly string[]) => names.includes(value?.toLowerCase() ?? "");
  const isKnown = is(options.module, "nodenext", "node20", "preserve") || is(options.moduleResolution, "bundler");
  const hasDefault = is(options.module, "node16", "node18", "node20", "nodenext", "preserve");
  return [
    ...((options.resolveJsonModule ?? isKnown) ? [] : ["resolveJsonModule"]),
    ...((options.esModuleInterop ?? hasDefault) ? [] : ["esModuleInterop"]),
  ];
}

/** Undefined for a file that cannot be read: its own error comes from the compiler. */
function compilerOptions(tsconfig: string) {
  try {
    return parseTsconfig(tsconfig).compilerOptions ?? {};
  } catch {
    return undefined;
  }
}
