import { type Input, output, RunError } from "@pulumi/pulumi";
import { getStackResource } from "@pulumi/pulumi/runtime";

/**
 * The inputs that name an object: the lookup key of a feature, the product and feature of an
 * attachment.
 */
type Declared = readonly [...(readonly Input<string>[]), Input<string>];

/** The part of an output that the SDK does not declare in its types. */
interface Internals {
  readonly isKnown: Promise<boolean>;
  promise(): Promise<unknown>;
}

// Per run of a program: with the Automation API one process runs several.
const declaredIn = new WeakMap<object, Map<string, readonly Declared[]>>();

/**
 * Returns the last input of `declared`. It rejects with a RunError if another resource with this
 * type and name declares the same object. Such resources have different parents, but one owner, so
 * the provider takes them for one resource that is checked twice.
 */
export function unlessNamesake(subject: string, declared: Declared): Input<string> {
  const stack = getStackResource();
  const last = declared[declared.length - 1] ?? "";
  if (stack === undefined) return last;
  const all = declaredIn.get(stack) ?? new Map<string, readonly Declared[]>();
  declaredIn.set(stack, all);
  const others = all.get(subject) ?? [];
  all.set(subject, [...others, declared]);
  if (others.length === 0) return last;
  return output(last).apply(async (value) => {
    const own = await knownValues(declared);
    const known = await Promise.all(others.map(knownValues));
    if (!known.some((other) => own !== undefined && other === own)) return value;
    throw new RunError(
      `${subject}: another resource with this type and name, under another parent, declares the same object. ` +
        "Remove one of them, or correct its declaration.",
    );
  });
}

/** Returns the values as one text. Undefined if not all are known. */
async function knownValues(declared: Declared): Promise<string | undefined> {
  const outputs = declared.map((input) => output(input) as unknown as Internals);
  const areKnown = await Promise.all(outputs.map(({ isKnown }) => isKnown));
  if (areKnown.includes(false)) return undefined;
  return JSON.stringify(await Promise.all(outputs.map((each) => each.promise())));
}
