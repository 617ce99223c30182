import type { Choices } from "../choices";
import { StripeError } from "../errors";
import { textLength } from "../text-length";

/** The metadata of an object. */
export type Metadata = Readonly<Record<string, string>>;

/**
 * Metadata in a request: entries to merge, where an empty value unsets its key (S48), or `""` to
 * clear all (S49).
 */
export type MetadataPatch = Metadata | "";

const maxKeys = 50;
const maxKeyLength = 40;
const maxValueLength = 500;

/** Returns the metadata after a request. The limit of keys (S47) applies to the result. */
export function applyMetadata(current: Metadata, patch: MetadataPatch, unit: Choices["lengthUnit"]): Metadata {
  if (patch === "") return {};
  const merged = new Map(Object.entries(current));
  for (const [key, value] of Object.entries(patch)) {
    assertEntry(key, value, unit);
    if (value === "") merged.delete(key);
    else merged.set(key, value);
  }
  if (merged.size > maxKeys) {
    throw badMetadata(`Metadata can have up to ${maxKeys} keys, but this request would make it ${merged.size}.`);
  }
  return Object.fromEntries(merged);
}

/** Returns the change with other values. */
export function mapValues(patch: MetadataPatch, map: (value: string) => string): MetadataPatch {
  if (patch === "") return patch;
  return Object.fromEntries(Object.entries(patch).map(([key, value]) => [key, map(value)]));
}

function assertEntry(key: string, value: string, unit: Choices["lengthUnit"]): void {
  if (/[[\]]/.test(key)) throw badMetadata(`Metadata keys cannot contain square brackets. Invalid key: ${key}`);
  const keyLength = textLength(key, unit);
  if (keyLength === 0) throw badMetadata("Metadata keys cannot be empty.");
  if (keyLength > maxKeyLength) {
    throw badMetadata(
      `Metadata keys can have up to ${maxKeyLength} characters, but you passed in a key that is ${keyLength} characters. Invalid key: ${key}`,
    );
  }
  const valueLength = textLength(value, unit);
  if (valueLength > maxValueLength) {
    throw badMetadata(
      `Metadata values can have up to ${maxValueLength} characters, but you passed in a value that is ${valueLength} characters.`,
      `metadata[${key}]`,
    );
  }
}

const badMetadata = (message: string, param = "metadata") => new StripeError(400, { message, param });
