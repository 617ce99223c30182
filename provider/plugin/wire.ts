import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { unknownValue } from "../lifecycle/inputs";

/** The properties of a resource, a provider or a function call, as plain values. */
export type Properties = Readonly<Record<string, unknown>>;

// The keys and values are Pulumi's, sdk/go/common/resource/sig. A value that is more than JSON is
// an object with this key, whose value says what it is.
const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";
const outputSignature = "d0e6a833031e9bbcd3f4e8bde6ca49a4";

// Pulumi's texts for a value of each type that only the update will know, also of its package sig.
// The rules know the one of a string.
const unknowns: ReadonlySet<unknown> = new Set([
  unknownValue,
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7", // a boolean
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421", // a number
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2", // an array
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff", // an object
]);

/** Returns the properties of a message. A secret becomes its value, and an unknown one the text. */
export function fromStruct(struct: Struct | undefined): Properties {
  return plain(rawProperties(struct)) as Properties;
}

/** Returns the properties of a message as they are sent, with secrets in Pulumi's form. */
export function rawProperties(struct: Struct | undefined): Properties {
  return struct?.toJavaScript() ?? {};
}

/** Returns the value without the forms that Pulumi gives secrets, outputs and unknown values. */
function plain(raw: unknown): unknown {
  const { value, isUnknown } = unwrapped(raw);
  if (isUnknown) return unknownValue;
  if (Array.isArray(value)) return value.map(plain);
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inside]) => [key, plain(inside)]));
}

/** A value as it was sent, without the form around it. What it contains keeps its forms. */
export interface Unwrapped {
  readonly value: unknown;
  readonly isSecret: boolean;
  readonly isUnknown: boolean;
  /** URNs of the resources that the value comes from. Undefined where the form does not tell. */
  readonly dependencies?: readonly string[];
}

/** Returns the value inside the form of a secret or an output. */
export function unwrapped(raw: unknown): Unwrapped {
  if (!isMap(raw) || !(signatureKey in raw)) return { value: raw, isSecret: false, isUnknown: unknowns.has(raw) };
  // An output without a value is unknown.
  const inside = unwrapped("value" in raw ? raw["value"] : unknownValue);
  if (raw[signatureKey] === secretSignature) return { ...inside, isSecret: true };
  if (raw[signatureKey] !== outputSignature) return { value: raw, isSecret: false, isUnknown: false };
  const { secret, dependencies = [] } = raw as { secret?: boolean; dependencies?: readonly string[] };
  return { ...inside, isSecret: inside.isSecret || secret === true, dependencies };
}

/** Returns a value that is no map as resources without outputs are sent it. */
export function withoutDependencies(raw: unknown): unknown {
  const { value, isSecret, isUnknown } = unwrapped(raw);
  const known = isUnknown ? unknownValue : value;
  return isSecret ? toSecret(known) : known;
}

/** Returns the message of the properties. Those that are undefined are left out, at any depth. */
export function toStruct(properties: object): Struct {
  return Struct.fromJavaScript(JSON.parse(JSON.stringify(properties)));
}

/**
 * Returns the message of the properties. As the engine does for plugins that know no secrets, a
 * value is marked as a secret if the one with the same name in `like` is.
 */
export function toStructLike(properties: object, like: Struct | undefined): Struct {
  return toStruct(withSecrets({ ...properties }, rawProperties(like)));
}

function withSecrets(properties: Properties, like: Properties): Properties {
  return Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, markedLike(value, like[key])]));
}

function markedLike(value: unknown, like: unknown): unknown {
  if (value === undefined || !hasSecret(like) || hasSecret(value)) return value;
  if (isMap(value) && isMap(like) && !unwrapped(like).isSecret) return withSecrets(value, like);
  return toSecret(value);
}

/** Returns the value in Pulumi's form of a secret. */
export function toSecret(value: unknown): Properties {
  return { [signatureKey]: secretSignature, value };
}

/** Whether the value, as it was sent, is or contains a secret. */
export function hasSecret(raw: unknown): boolean {
  if (typeof raw !== "object" || raw === null) return false;
  return unwrapped(raw).isSecret || Object.values(raw).some(hasSecret);
}

function isMap(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether a value at any depth is known only in the update. */
export function hasUnknown(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return value === unknownValue;
  return Object.values(value).some(hasUnknown);
}
