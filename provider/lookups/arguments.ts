import { EntitlementsError } from "../lifecycle/errors";

/** Throws unless exactly one of the arguments is given, and is a string that is not empty. */
export function assertOne(name: string, args: Readonly<Record<string, unknown>>): void {
  const given = Object.entries(args).filter(([, value]) => value !== undefined);
  if (given.length !== 1) throw invalidArgument(name, `give one of ${Object.keys(args).join(" and ")}`);
  assertText(name, Object.fromEntries(given));
}

/** Throws unless every argument is a string that is not empty. */
export function assertText(name: string, args: Readonly<Record<string, unknown>>): void {
  for (const [argument, value] of Object.entries(args)) {
    if (typeof value !== "string") throw invalidArgument(name, `${argument} must be a string`, value);
    if (value === "") throw invalidArgument(name, `${argument} must not be empty`);
  }
}

/** Throws unless every argument that is given is true or false. */
export function assertBoolean(name: string, args: Readonly<Record<string, unknown>>): void {
  for (const [argument, value] of Object.entries(args)) {
    if (value !== undefined && typeof value !== "boolean") {
      throw invalidArgument(name, `${argument} must be true or false`, value);
    }
  }
}

function invalidArgument(name: string, issue: string, value?: unknown): EntitlementsError {
  const isLater = isOutput(value) || value instanceof Promise;
  const hint = isLater ? `Use ${name}Output for an output.` : undefined;
  return new EntitlementsError(`${name}: ${issue}`, { kind: "invalidArgument", hint });
}

/** Whether the value is an output of a program, as `Output.isInstance` of Pulumi's SDK tells it. */
function isOutput(value: unknown): boolean {
  return typeof value === "object" && value !== null && "__pulumiOutput" in value;
}
