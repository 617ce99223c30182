import { isUnpublished } from "./case";
import type { Observation } from "./observation";
import type { Result, Run } from "./run";

/** The verdict on a result. `unpublished` means that Stripe has not published an answer so far. */
export type Verdict = "agrees" | "differs" | "unpublished" | "skipped" | "failed";

export function verdictOf(result: Result): Verdict {
  if (result.kind !== "answered") return result.kind === "failed" ? "failed" : "skipped";
  if (isUnpublished(result.case)) return "unpublished";
  return result.same ? "agrees" : "differs";
}

const verdictWords: Record<Verdict, string> = {
  agrees: "agrees",
  differs: "DIFFERS",
  unpublished: "not published before",
  skipped: "skipped",
  failed: "FAILED",
};
const wordWidth = Math.max(...Object.values(verdictWords).map((word) => word.length));

/**
 * Returns the lines for a result: both answers if they differ, and any answer that was not known.
 */
export function linesOf(result: Result): readonly string[] {
  const { name, facts, question, rule } = result.case;
  const head = `${verdictWords[verdictOf(result)].padEnd(wordWidth)}  ${name}: ${rule}${question ? ` (${question})` : ""} [${facts.join(", ")}]`;
  if (result.kind !== "answered") return [head, `    ${result.reason}`];
  const server = `    server:   ${show(result.seen)}`;
  if (!result.same) return [head, server, `    emulator: ${show(result.expected)}`];
  return isUnpublished(result.case) ? [head, server, "    emulator: the same"] : [head];
}

/** Returns a one-line summary of a run. */
export function summary({ results, swept }: Run): string {
  const count = (verdict: Verdict) => results.filter((result) => verdictOf(result) === verdict).length;
  const others = results.filter((result) => result.kind === "answered" && !result.same);
  const news = others.filter((result) => verdictOf(result) === "unpublished").length;
  return [
    `${results.length} cases: ${count("agrees")} agree, ${count("differs")} differ,`,
    `${count("unpublished")} not published before (${news} other than the emulator's choice),`,
    `${count("skipped")} skipped, ${count("failed")} failed.`,
    `Removed: ${swept.detached} attachments, ${swept.products} products, ${swept.archived} features.`,
  ].join(" ");
}

const show = (seen: Observation) => JSON.stringify(seen);
