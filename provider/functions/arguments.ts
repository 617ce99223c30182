import { Output, RunError } from "@pulumi/pulumi";

/** Throws unless exactly one of the arguments is given, and is a text. */
export function requireOne(name: string, args: Readonly<Record<string, unknown>>): void {
  const given = Object.entries(args).filter(([, value]) => value !== undefined);
  if (given.length !== 1) throw refused(name, `give one of ${Object.keys(args).join(" and ")}`);
  requireText(name, Object.fromEntries(given));
}

/** Throws unless every argument is a text that is not empty. */
export function requireText(name: string, args: Readonly<Record<string, unknown>>): void {
  for (const [argument, value] of Object.entries(args)) {
    if (typeof value !== "string") throw refused(name, `${argument} must be a string`, value);
    if (value === "") throw refused(name, `${argument} must not be empty`);
  }
}

/** Throws unless every argument that is given is true or false. */
export function requireBoolean(name: string, args: Readonly<Record<string, unknown>>): void {
  for (const [argument, value] of Object.entries(args)) {
    if (value !== undefined && typeof value !== "boolean") {
      throw refused(name, `${argument} must be true or false`, value);
    }
  }
}

function refused(name: string, what: string, value?: unknown): RunError {
  const isLater = Output.isInstance(value) || value instanceof Promise;
  return new RunError(`${name}: ${what}${isLater ? `; for an output there is ${name}Output` : ""}.`);
}
