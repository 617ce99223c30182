import type { Choices } from "./choices";

/** Returns the length of a text in the chosen unit. */
export function textLength(text: string, unit: Choices["lengthUnit"]): number {
  if (unit === "bytes") return Buffer.byteLength(text);
  return unit === "utf16" ? text.length : [...text].length;
}
