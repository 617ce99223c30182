export type Properties = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is Properties {
  return typeof value === "object" && value !== null;
}

/**
 * Whether the value is an object literal or has no prototype. Maps and class instances hold data
 * that `Object.entries` does not list. Accepting them as empty would make a program archive every
 * feature.
 */
export function isPlainObject(value: unknown): value is Properties {
  if (!isObject(value)) return false;
  // Not compared with `Object.prototype`: each realm, such as a test file in Jest, has its own.
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/**
 * Returns the value of an own, enumerable property, or undefined. `frozenCopy` copies only these.
 */
export function ownValue(value: Properties, property: string): unknown {
  return Object.prototype.propertyIsEnumerable.call(value, property) ? value[property] : undefined;
}

/** Returns a deep copy in which every array and plain object is frozen. */
export function frozenCopy(value: unknown): unknown {
  if (Array.isArray(value)) return Object.freeze(value.map(frozenCopy));
  if (!isPlainObject(value)) return value;
  return Object.freeze(Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, frozenCopy(inner)])));
}
