import type { Properties } from "./wire";

/** How one property changes. */
export interface PropertyChange {
  readonly kind: "add" | "delete" | "update";
  /** Whether the change replaces the resource. */
  readonly isReplacement: boolean;
}

/**
 * Returns how each of the properties changes, by its path. A map of strings, such as the metadata,
 * has a path for each of its entries that changes.
 *
 * @param olds the state
 * @param news the inputs
 */
export function detailsOf(
  names: readonly string[],
  replaces: readonly string[],
  olds: Properties,
  news: Properties,
): ReadonlyMap<string, PropertyChange> {
  return new Map(
    names.flatMap((name) =>
      changesOf(name, olds[name], news[name]).map(
        ([path, kind]) => [path, { kind, isReplacement: replaces.includes(name) }] as const,
      ),
    ),
  );
}

type Change = readonly [path: string, kind: PropertyChange["kind"]];

function changesOf(path: string, old: unknown, wanted: unknown): readonly Change[] {
  const whole: readonly Change[] = [[path, kindOf(old, wanted)]];
  if (!isMap(old ?? {}) || !isMap(wanted ?? {}) || (old ?? wanted) === undefined) return whole;
  const [before, after] = [(old ?? {}) as Properties, (wanted ?? {}) as Properties];
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  // Pulumi reads a backslash at the end of a key as a part of the quote after it.
  if (keys.some((key) => key.endsWith("\\"))) return whole;
  return keys
    .filter((key) => before[key] !== after[key])
    .map((key) => [`${path}${accessor(key)}`, kindOf(before[key], after[key])]);
}

function isMap(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function kindOf(old: unknown, wanted: unknown): PropertyChange["kind"] {
  if (old === undefined) return "add";
  return wanted === undefined ? "delete" : "update";
}

/** Returns the part of a property path for the key, in the form that Pulumi parses. */
function accessor(key: string): string {
  return /^[A-Za-z_]\w*$/.test(key) ? `.${key}` : `["${key.replaceAll('"', '\\"')}"]`;
}
