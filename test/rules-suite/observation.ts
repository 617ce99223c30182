import type { Refusal } from "../../emulator";
import { redact } from "../../provider/stripe/redact";
import type { Answer } from "./session";

/** The observation of a case, as plain data to compare, print and record. */
export type Observation =
  | string
  | number
  | boolean
  | null
  | readonly Observation[]
  | { readonly [name: string]: Observation };

/** The outcome of a request: its status and the content of the error, if any. */
export type Outcome = {
  readonly status: number;
  readonly type?: string | null;
  readonly code?: string | null;
  readonly param?: string | null;
  readonly message?: string;
};

export const accepted: Outcome = { status: 200 };

/**
 * Returns the outcome of a request. Values of `names` in the message are replaced by placeholders.
 */
export function outcome({ status, body }: Answer, names: Readonly<Record<string, string>> = {}): Outcome {
  if (status < 400) return { status };
  const { type = null, code = null, param = null, message = "" } = body.error ?? {};
  return { status, type, code, param, message: masked(message, names) };
}

/** Matches ids of Stripe's and names that a run has generated. */
const ids = /\b(?:(feat(?:_test)?|prodft|prod|cus|ent|acct|req)_[A-Za-z0-9]{8,}|rules-[0-9a-f]+-[\w-]+)/g;

function masked(message: string, names: Readonly<Record<string, string>>): string {
  const byLength = Object.entries(names).sort(([, a], [, b]) => b.length - a.length);
  const named = byLength.reduce((text, [name, value]) => text.replaceAll(value, `{${name}}`), message);
  return redact(named.replace(ids, (_, kind = "rules") => `${kind}_…`));
}

/** Returns the expected outcome of a refusal. The message only counts if it is given. */
export function refused(status: number, details: Partial<Omit<Refusal, "status">> = {}): Outcome {
  const { type = "invalid_request_error", code = null, param = null, message } = details;
  return { status, type, code, param, ...(message === undefined ? {} : { message }) };
}

/** Returns the expected outcome of a choice, message included. */
export function chosen(choice: Refusal | "accepted"): Outcome {
  return choice === "accepted" ? accepted : refused(choice.status, choice);
}

type ErrorType = NonNullable<Refusal["type"]>;

const unusualTypes: readonly string[] = ["api_error", "card_error", "idempotency_error"] satisfies ErrorType[];

const isUnusual = (type: unknown): type is ErrorType => unusualTypes.includes(String(type));

/**
 * Returns the choice that gives the observed answer, or undefined if the request was accepted. The
 * type is only included if it is unusual.
 */
export function refusalOf({ status, type, code, param, message }: Outcome): Refusal | undefined {
  if (status < 400) return undefined;
  return {
    status,
    message: message ?? "",
    ...(isUnusual(type) ? { type } : {}),
    ...(typeof code === "string" ? { code } : {}),
    ...(typeof param === "string" ? { param } : {}),
  };
}

/** Whether the observation has everything that is expected. Other fields can have any value. */
export function isAsExpected(observed: Observation, expected: Observation): boolean {
  if (Array.isArray(expected)) {
    return (
      Array.isArray(observed) &&
      observed.length === expected.length &&
      expected.every((item, index) => isAsExpected(observed[index], item))
    );
  }
  if (!isMap(expected)) return observed === expected;
  if (!isMap(observed)) return false;
  return Object.entries(expected).every(
    ([name, value]) => observed[name] !== undefined && isAsExpected(observed[name], value),
  );
}

function isMap(value: Observation): value is { readonly [name: string]: Observation } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
