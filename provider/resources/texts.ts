import { Output, output, RunError } from "@pulumi/pulumi";
import { halfCharacter, hasHalfCharacter } from "../catalog/limits";

/** The arguments that hold text of the user. */
const textArguments = ["lookupKey", "name", "metadata"];

/**
 * Returns the arguments with texts that the SDK can send.
 *
 * @throws RunError, now or when an output is known, for a text that contains half of a surrogate
 * pair. The engine would reject the whole request with an error about gRPC.
 */
export function withSendableTexts<Args extends object>(subject: string, args: Args): Args {
  const texts = Object.entries(args).filter(([name]) => textArguments.includes(name));
  return { ...args, ...Object.fromEntries(texts.map(([name, value]) => [name, sendable(subject, name, value)])) };
}

function sendable(subject: string, property: string, value: unknown): unknown {
  const check = (known: unknown) => {
    if (textsOf(known).some(hasHalfCharacter)) throw new RunError(`${subject}: ${property} ${halfCharacter}.`);
    return known;
  };
  if (isInput(value)) return (output(value) as Output<unknown>).apply(check);
  check(value);
  // The SDK converts each plain argument to text for its log, and fails where `toString` is no
  // function.
  return typeof value === "object" && Object.hasOwn(value ?? {}, "toString") ? output(value) : value;
}

/** Whether the value is an output or a promise, or contains one. */
function isInput(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const isPending = (each: unknown) =>
    Output.isInstance(each) || typeof (each as PromiseLike<unknown>)?.then === "function";
  return isPending(value) || Object.values(value).some(isPending);
}

function textsOf(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value)
    .flat()
    .filter((text) => typeof text === "string");
}
