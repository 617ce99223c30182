import { errorBody, StripeError } from "../errors";
import type { Answer, Exchange } from "../http/exchange";
import type { AnswerFault, StatusFault } from "./fault";

const defaultCutBytes = 10;

/** Whether a fault replaces the answer before the server carries the request out. */
export function isBeforeHandling(fault: AnswerFault): boolean {
  return fault.kind !== "cut" && (fault.when ?? "before") === "before";
}

/**
 * Returns the answer to send instead of `answer`, which is absent if the request was not carried
 * out.
 */
export function faultyAnswer(fault: AnswerFault, exchange: Exchange, answer?: Answer): Answer {
  const original = answer ?? { status: 200, body: "", headers: {} };
  switch (fault.kind) {
    case "status":
      return statusAnswer(fault, exchange);
    case "garbage":
      return {
        status: fault.status ?? 200,
        body: fault.body,
        headers: { "content-type": fault.contentType ?? "text/html" },
      };
    case "drop":
      return { ...original, delivery: { kind: "drop" } };
    case "cut":
      return { ...original, delivery: { kind: "cut", bytes: fault.bytes ?? defaultCutBytes } };
  }
}

function statusAnswer(fault: StatusFault, exchange: Exchange): Answer {
  const { body, status } = fault;
  const headers = inLowerCase(fault.headers ?? {});
  if (typeof body === "string") return { status, body, headers };
  if (body !== undefined) return { status, body: JSON.stringify(body), headers };
  const message = fault.message ?? (status >= 500 ? "An unknown error occurred." : "The request was refused.");
  const error = new StripeError(status, { ...fault, message });
  return { status, body: JSON.stringify(errorBody(error, exchange.requestId, exchange.livemode)), headers };
}

/** Lower-cases header names. Otherwise a header could be sent twice. */
function inLowerCase(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
